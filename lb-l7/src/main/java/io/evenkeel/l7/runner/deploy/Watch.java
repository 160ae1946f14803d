package io.evenkeel.l7.runner.deploy;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Looks at Marathon and the load balancers again and again until they show what is waited for, or patience ends. */
final class Watch {

    private static final int MOST_NAMES = 10;

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
     * Waits until all tasks that an application is to have are there, answer, and get requests of every load balancer. One
     * without health checks answers once it has taken a connection from here, or a load balancer has heard of it.
     *
     * @throws DeployException if that does not come about in time
     */
    AppView whole(String id) throws DeployException, InterruptedException {
        AtomicReference<String> lack = new AtomicReference<>("");
        Optional<AppView> whole = until(() -> {
            AppView app = marathon.one(id);
            String now = lack(app, true);
            lack.set(now);
            return now.isEmpty() ? Optional.of(app) : Optional.empty();
        });
        if (whole.isPresent()) {
            return whole.get();
        }
        throw new DeployException(
                Exit.NOT_UP,
                id + ": " + lack.get() + "; waited for " + plan.maxWait().toSeconds() + " s");
    }

    /**
     * Waits until an application that was in use before is whole again. That nobody knows whether its tasks listen, since they
     * have no health checks and no connection can be had from here, is told at the end, and is no failure: nothing else can
     * be had of them.
     *
     * @throws DeployException if the application is not whole in time
     */
    void wholeAgain(String id) throws DeployException, InterruptedException {
        try {
            whole(id);
        } catch (DeployException e) {
            if (!lack(marathon.one(id), false).isEmpty()) {
                throw e;
            }
            shell.say("rolling back all the same: " + e.text());
        }
    }

    /** What an application still lacks; empty if nothing. */
    private String lack(AppView app, boolean answering) throws DeployException, InterruptedException {
        List<TaskView> usable = app.usable();
        if (!app.isWhole() || app.deploying()) {
            List<TaskView> useless =
                    app.tasks().stream().filter(task -> !task.usable()).toList();
            return "of " + app.instances() + " tasks " + usable.size() + (app.checked() ? " answer" : " run")
                    + (useless.isEmpty() ? "" : ", and not " + names(useless))
                    + (app.isWhole() ? ", and Marathon is still deploying" : "");
        }
        List<LbView> views = loadBalancers.look();
        List<TaskView> unused = usable.stream()
                .filter(task -> !views.stream().allMatch(view -> view.uses(task)))
                .toList();
        if (!unused.isEmpty()) {
            return "not every load balancer sends requests to " + names(unused) + " (expected: UP or no check)";
        }
        List<TaskView> silent = app.checked() || !answering ? List.of() : silent(usable, views);
        return silent.isEmpty()
                ? ""
                : "nobody knows whether " + names(silent) + " listen (expected: a connection from here, an answer or a"
                        + " passed check at a load balancer, or health checks in the definition)";
    }

    /** Those that have not taken a connection from here, and of which no load balancer has heard. */
    private List<TaskView> silent(List<TaskView> tasks, List<LbView> views) throws InterruptedException {
        List<TaskView> unheard = tasks.stream()
                .filter(task -> views.stream().noneMatch(view -> view.hasHeardOf(task)))
                .toList();
        Set<InetSocketAddress> taking = shell.connects(
                unheard.stream().flatMap(task -> task.addresses().stream()).toList());
        return unheard.stream()
                .filter(task -> Collections.disjoint(task.addresses(), taking))
                .toList();
    }

    private static String names(List<TaskView> tasks) {
        return tasks.stream().limit(MOST_NAMES).map(TaskView::name).collect(Collectors.joining(", "))
                + (tasks.size() > MOST_NAMES ? " and " + (tasks.size() - MOST_NAMES) + " more" : "");
    }
}
