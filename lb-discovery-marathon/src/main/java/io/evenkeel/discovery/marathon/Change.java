package io.evenkeel.discovery.marathon;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What may be other than it was, as far as somebody can tell: these applications or pods, all applications, all pods, or
 * only what the known ones are taken for. Immutable.
 *
 * @param apps whether any application may have changed
 * @param pods whether any pod may have changed
 * @param ids the applications and pods that have changed beside that, in the order in which it was noticed
 * @param judgement whether what is known is to be looked at again, without asking Marathon
 */
record Change(boolean apps, boolean pods, Set<String> ids, boolean judgement) {

    static final Change NONE = new Change(false, false, Set.of(), false);
    static final Change ALL = new Change(true, true, Set.of(), true);
    static final Change APPS = new Change(true, false, Set.of(), false);
    static final Change PODS = new Change(false, true, Set.of(), false);
    static final Change JUDGEMENT = new Change(false, false, Set.of(), true);

    /* More names than this are not worth keeping: asking for everything is cheaper by far. */
    private static final int MOST = 64;

    static Change of(Set<String> ids) {
        return new Change(false, false, ids, false);
    }

    boolean isNone() {
        return equals(NONE);
    }

    Change and(Change other) {
        if (other.isNone() || equals(ALL)) {
            return this;
        }
        boolean everyApp = apps || other.apps;
        Set<String> all = new LinkedHashSet<>(ids);
        all.addAll(other.ids);
        if (all.size() > MOST) {
            everyApp = true;
        }
        return new Change(everyApp, pods || other.pods, everyApp ? Set.of() : all, judgement || other.judgement);
    }

    /** The first names alone. */
    Change first(int count) {
        return of(new LinkedHashSet<>(List.copyOf(ids).subList(0, Math.min(count, ids.size()))));
    }

    /** What is left when these names are served. */
    Change without(Change served) {
        List<String> left = new ArrayList<>(ids);
        left.removeAll(served.ids);
        return new Change(apps, pods, new LinkedHashSet<>(left), judgement);
    }
}
