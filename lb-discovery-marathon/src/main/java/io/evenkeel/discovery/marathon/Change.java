package io.evenkeel.discovery.marathon;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What may be other than it was, as far as somebody can tell: these applications or pods, all applications, all pods, or
 * only what the known ones are taken for. Immutable.
 *
 * @param apps whether any application may have changed
 * @param pods whether any pod may have changed
 * @param ids the applications and pods that are known to have changed, in the order in which it was noticed
 * @param ended those of which it was said that they are gone for good
 * @param judgement whether what is known is to be looked at again, without asking Marathon
 * @param leaving the tasks of which it was said that they end
 */
record Change(boolean apps, boolean pods, Set<String> ids, Set<String> ended, boolean judgement, Set<String> leaving) {

    static final Change NONE = new Change(false, false, Set.of(), Set.of(), false, Set.of());
    static final Change ALL = new Change(true, true, Set.of(), Set.of(), true, Set.of());
    static final Change LISTS = new Change(true, true, Set.of(), Set.of(), false, Set.of());
    static final Change APPS = new Change(true, false, Set.of(), Set.of(), false, Set.of());
    static final Change PODS = new Change(false, true, Set.of(), Set.of(), false, Set.of());
    static final Change JUDGEMENT = new Change(false, false, Set.of(), Set.of(), true, Set.of());

    /* More names than this are not worth keeping: asking for everything is cheaper by far. */
    private static final int MOST = 64;

    static Change of(Set<String> ids) {
        return new Change(false, false, ids, Set.of(), false, Set.of());
    }

    /** These are gone for good, somebody says. */
    static Change ended(Set<String> ids) {
        return new Change(false, false, ids, ids, false, Set.of());
    }

    /** This, and that these tasks end. */
    Change leaving(Set<String> tasks) {
        return new Change(apps, pods, ids, ended, judgement, tasks);
    }

    boolean isNone() {
        return equals(NONE);
    }

    /** Whether anything may have changed. */
    boolean isAll() {
        return apps && pods && judgement;
    }

    Change and(Change other) {
        if (other.isNone()) {
            return this;
        }
        Set<String> all = union(ids, other.ids);
        boolean tooMany = all.size() > MOST; // and among those who are not named any more, some may be pods
        boolean allApps = apps || other.apps || tooMany;
        boolean allPods = pods || other.pods || tooMany;
        return new Change(
                allApps,
                allPods,
                allApps && allPods ? Set.of() : all,
                union(ended, other.ended),
                judgement || other.judgement,
                leaving.size() < Departures.MOST ? union(leaving, other.leaving) : leaving);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }
}
