package io.evenkeel.l7.runner.deploy;

import java.time.Duration;
import java.util.Optional;

/**
 * How a deployment is to go, as the flags say. Immutable.
 *
 * @param kind what to do
 * @param initialInstances how many new tasks to begin with
 * @param linearIncrease how many to add at each step; 0 for half as many again as there are
 * @param newInstances at how many new ones to stop and keep the others; 0 to replace all
 * @param stepDelay the rest between two steps
 * @param maxWait how long to wait for anything
 * @param preKillHook what to run before tasks are killed
 * @param dryRun whether to change nothing
 */
record DeployPlan(
        Kind kind,
        int initialInstances,
        int linearIncrease,
        int newInstances,
        Duration stepDelay,
        Duration maxWait,
        Optional<String> preKillHook,
        boolean dryRun) {

    /** What to do. */
    enum Kind {
        /** Deploy; no other deployment may be under way. */
        NEW,
        /** Go on with what is under way, if anything is. */
        RESUME,
        /** Replace all old tasks that were kept. */
        COMPLETE_CURRENT,
        /** Replace all new tasks by old ones. */
        COMPLETE_PREVIOUS
    }

    DeployPlan {
        atLeast("--initial-instances", initialInstances, 1);
        atLeast("--linear-increase", linearIncrease, 0);
        atLeast("--new-instances", newInstances, 0);
    }

    private static void atLeast(String flag, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(flag + ": " + value + " (expected: >= " + least + ")");
        }
    }

    /** How long to wait between two looks at the same thing. */
    Duration poll() {
        return stepDelay.compareTo(Duration.ofSeconds(1)) < 0 ? stepDelay : Duration.ofSeconds(1);
    }
}
