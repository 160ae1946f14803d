package io.evenkeel.l7.runner.deploy;

import java.util.Optional;

/**
 * Undoes a deployment: first the old application is whole again, and only then is the new one deleted, or as small as it
 * was found.
 */
final class Rollback {

    private final MarathonApps marathon;
    private final LoadBalancers loadBalancers;
    private final Shell shell;
    private final Watch watch;

    Rollback(MarathonApps marathon, LoadBalancers loadBalancers, DeployPlan plan, Shell shell) {
        this.marathon = marathon;
        this.loadBalancers = loadBalancers;
        this.shell = shell;
        this.watch = new Watch(marathon, loadBalancers, plan, shell);
    }

    /** Deletes an application before which there was none. */
    void delete(String created) throws DeployException, InterruptedException {
        shell.say("rolling back: deleting " + created);
        marathon.delete(created);
    }

    /**
     * Undoes what was done to two applications.
     *
     * @param created whether there was no coming one before
     * @param comingBefore how many tasks it had
     * @param leavingBefore how many tasks the other had
     */
    void run(Pair pair, boolean created, int comingBefore, int leavingBefore)
            throws DeployException, InterruptedException {
        AppView old = marathon.one(pair.leaving());
        boolean touched = old.instances() != leavingBefore;
        if (touched) {
            shell.say("rolling back: scaling " + old.id() + " from " + old.instances() + " to " + leavingBefore);
            marathon.scaleAnyway(old.id(), leavingBefore);
            watch.wholeAgain(old.id());
        }
        if (!created) {
            shell.say("rolling back: scaling " + pair.coming() + " to " + comingBefore);
            marathon.scaleAnyway(pair.coming(), comingBefore);
            return;
        }
        if (touched) {
            awaitIdle(pair.coming()); // by now the load balancers take the old for the new one
        }
        delete(pair.coming());
    }

    /* As well as can be: whoever is busy for longer than patience lasts, or cannot be looked at, is not waited for. */
    private void awaitIdle(String id) throws InterruptedException {
        if (loadBalancers.isEmpty()) {
            return;
        }
        try {
            watch.until(() -> {
                AppView app = marathon.one(id);
                for (LbView view : loadBalancers.look()) {
                    if (!app.tasks().stream().allMatch(view::isDoneWith)) {
                        return Optional.empty();
                    }
                }
                return Optional.of(app);
            });
        } catch (DeployException e) {
            shell.say("rolling back: " + e.text());
        }
    }
}
