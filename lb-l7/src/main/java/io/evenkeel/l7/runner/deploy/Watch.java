package io.evenkeel.l7.runner.deploy;

import java.util.Optional;

/** Looks at Marathon and the load balancers again and again until they show what is waited for, or patience ends. */
final class Watch {

    private final MarathonApps marathon;
    private final LoadBalancers loadBalancers;
    private final DeployPlan plan;
    private final Shell shell;

    Watch(MarathonApps marathon, LoadBalancers loadBalancers, DeployPlan plan, Shell shell) {
        this.marathon = marathon;
        this.loadBalancers = loadBalancers;
        this.plan = plan;
        this.shell = shell;
    }

    /** One look. */
    @FunctionalInterface
    interface Look<T> {

        /** What is waited for, if it is there. */
        Optional<T> now() throws DeployException, InterruptedException;
    }

    /**
     * Looks until something is there. That Marathon or a load balancer cannot be read for a while is nothing.
     *
     * @return what is there, or nothing if patience has ended
     * @throws DeployException if the last look failed
     */
    <T> Optional<T> until(Look<T> look) throws DeployException, InterruptedException {
        long begun = shell.nanos();
        while (true) {
            DeployException failure = null;
            try {
                Optional<T> found = look.now();
                if (found.isPresent()) {
                    return found;
                }
            } catch (DeployException e) {
                failure = e;
            }
            if (shell.nanos() - begun >= plan.maxWait().toNanos()) {
                if (failure != null) {
                    throw failure;
                }
                return Optional.empty();
            }
            shell.pause(plan.poll());
        }
    }

    /**
     * Waits until all tasks that an application is to have are there, answer, and get requests of every load balancer.
     *
     * @throws DeployException if that does not come about in time
     */
    AppView whole(String id) throws DeployException, InterruptedException {
        Optional<AppView> whole = until(() -> {
            AppView app = marathon.one(id);
            return !app.deploying() && app.isWhole() && isUsed(app) ? Optional.of(app) : Optional.empty();
        });
        if (whole.isPresent()) {
            return whole.get();
        }
        AppView app = marathon.one(id);
        throw new DeployException(
                Exit.NOT_UP,
                id + ": of " + app.instances() + " tasks " + app.usable().size() + " answer"
                        + (app.isWhole() ? ", and not every load balancer uses them" : "") + " after "
                        + plan.maxWait().toSeconds() + " s");
    }

    private boolean isUsed(AppView app) throws DeployException, InterruptedException {
        return loadBalancers.look().stream()
                .allMatch(view -> app.usable().stream().allMatch(view::uses));
    }
}
