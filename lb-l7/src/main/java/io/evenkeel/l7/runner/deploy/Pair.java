package io.evenkeel.l7.runner.deploy;

/**
 * Two applications, one of which takes the place of the other, and where that is to end. Immutable.
 *
 * @param coming the id of the one that gets more tasks
 * @param leaving the id of the one that loses them
 * @param target how many tasks both together are to have
 * @param goal how many of these the coming one is to have
 */
record Pair(String coming, String leaving, int target, int goal) {

    Pair {
        if (target < 0 || goal < 0 || goal > target) {
            throw new IllegalArgumentException("goal: " + goal + " (expected: 0 to the target, " + target + ")");
        }
    }

    /** How many tasks the other one keeps. */
    int kept() {
        return target - goal;
    }

    /** How many of those that answer may go, so that the target is still met by others that answer. */
    int mayGo(AppView fresh, AppView old) {
        int answering = old.usable().size();
        int staying = Math.min(answering, old.instances());
        int arrived = fresh.usable().size();
        int tooMany = Math.min(arrived + staying - target, old.instances() - kept());
        return Math.max(0, Math.min(answering, Math.min(arrived, tooMany)));
    }

    /**
     * Whether no more new tasks have to come. If somebody has scaled the old application up meanwhile, as many have to come
     * as it has, or not all of its tasks would be set aside before it is deleted.
     */
    boolean isLast(AppView fresh, AppView old) {
        return fresh.instances() >= goal
                && (kept() > 0 || old.usable().size() <= fresh.usable().size());
    }

    /** How many the coming one is to have next: half as many again, or so many more, and all where that is enough. */
    int next(AppView fresh, AppView old, int linearIncrease) {
        int now = fresh.instances();
        if (now >= goal) {
            return old.usable().size();
        }
        if (linearIncrease > 0) {
            return Math.min(goal, now + linearIncrease);
        }
        int more = now + (now + 1) / 2;
        return more >= old.instances() && kept() == 0 ? goal : Math.min(goal, Math.max(more, now + 1));
    }
}
