package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenkeel.l7.marathonlb.DeploymentLabels;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** One run of the command: finds out what there is of a deployment, does what is to be done, and undoes it if that fails. */
final class Deployment {

    private final MarathonApps marathon;
    private final LoadBalancers loadBalancers;
    private final DeployPlan plan;
    private final Shell shell;
    private final Supplier<LocalDateTime> clock;
    private final Rollback rollback;

    Deployment(
            MarathonApps marathon,
            LoadBalancers loadBalancers,
            DeployPlan plan,
            Shell shell,
            Supplier<LocalDateTime> clock) {
        this.marathon = marathon;
        this.loadBalancers = loadBalancers;
        this.plan = plan;
        this.shell = shell;
        this.clock = clock;
        this.rollback = new Rollback(marathon, loadBalancers, plan, shell);
    }

    /** Something that may fail half-way. */
    @FunctionalInterface
    private interface Work {

        void run() throws DeployException, InterruptedException;
    }

    /** Deploys. */
    void run(Definition definition) throws DeployException, InterruptedException {
        List<AppView> before = marathon.all().stream()
                .filter(app -> app.group().equals(definition.group()))
                .sorted(Comparator.comparing((AppView app) -> app.label(DeploymentLabels.STARTED_AT)))
                .toList();
        loadBalancers.look(); // before anything is changed
        DeployPlan.Kind kind = plan.kind();
        boolean completes = kind == DeployPlan.Kind.COMPLETE_CURRENT || kind == DeployPlan.Kind.COMPLETE_PREVIOUS;
        if (before.size() > 2) {
            throw new DeployException(
                    Exit.UNKNOWN, "applications of the deployment: " + ids(before) + " (expected: two at most)");
        }
        if (before.size() == 2) {
            if (kind == DeployPlan.Kind.NEW) {
                throw new DeployException(
                        Exit.UNKNOWN,
                        "a deployment is under way: " + ids(before)
                                + " (expected: --resume, --complete-cur or --complete-prev)");
            }
            resume(before.get(0), before.get(1));
        } else if (completes) {
            throw new DeployException(
                    Exit.BAD_ARGUMENTS,
                    "--complete-cur, --complete-prev: " + ids(before) + " (expected: two applications to choose from)");
        } else if (before.isEmpty()) {
            first(definition.first(clock.get()));
        } else {
            next(before.get(0), definition.after(before.get(0), plan, clock.get()));
        }
    }

    private static List<String> ids(List<AppView> apps) {
        return apps.stream().map(AppView::id).toList();
    }

    private void first(ObjectNode made) throws DeployException, InterruptedException {
        if (!isToBeCreated(made)) {
            return;
        }
        String id = made.path("id").asText();
        create(made);
        guarded(() -> new Watch(marathon, loadBalancers, plan, shell).whole(id), () -> rollback.delete(id));
        shell.say("done: " + id + " is the first of its deployment");
    }

    private void next(AppView old, ObjectNode made) throws DeployException, InterruptedException {
        if (!isToBeCreated(made)) {
            return;
        }
        AppView fresh = AppView.of(made);
        create(made);
        replace(pair(fresh, old, fresh), true, 0, old.instances());
    }

    private boolean isToBeCreated(ObjectNode made) throws DeployException {
        if (plan.dryRun()) {
            shell.say(made.toPrettyString());
            return false;
        }
        if (made.path("healthChecks").isEmpty()) {
            shell.say(
                    "no health checks: a task has come once it takes a connection from here, or a load balancer has heard"
                            + " of it");
        }
        if (!shell.confirm("Create " + made.path("id").asText() + "?")) {
            throw DeployException.forOperator(Exit.STOPPED, "stopped; nothing was changed");
        }
        return true;
    }

    private void create(ObjectNode made) throws DeployException, InterruptedException {
        shell.say("creating " + made.path("id").asText() + " with "
                + made.path("instances").asInt() + " of "
                + made.path("labels").path(DeploymentLabels.TARGET_INSTANCES).asText() + " tasks");
        marathon.create(made);
    }

    private void resume(AppView older, AppView newer) throws DeployException, InterruptedException {
        boolean back = plan.kind() == DeployPlan.Kind.COMPLETE_PREVIOUS;
        AppView coming = back ? older : newer;
        AppView leaving = back ? newer : older;
        shell.say("going on: " + coming.id() + " takes the place of " + leaving.id());
        if (!plan.dryRun()) {
            replace(pair(coming, leaving, newer), false, coming.instances(), leaving.instances());
        }
    }

    private Pair pair(AppView coming, AppView leaving, AppView newer) {
        int target =
                Math.max(0, newer.number(DeploymentLabels.TARGET_INSTANCES, coming.instances() + leaving.instances()));
        int some = newer.number(DeploymentLabels.NEW_INSTANCES, 0);
        boolean all = some <= 0
                || plan.kind() == DeployPlan.Kind.COMPLETE_CURRENT
                || plan.kind() == DeployPlan.Kind.COMPLETE_PREVIOUS;
        return new Pair(coming.id(), leaving.id(), target, all ? target : Math.min(some, target));
    }

    private void replace(Pair pair, boolean created, int comingBefore, int leavingBefore)
            throws DeployException, InterruptedException {
        guarded(
                () -> new Rollout(marathon, loadBalancers, plan, shell).run(pair),
                () -> rollback.run(pair, created, comingBefore, leavingBefore));
        if (pair.kept() > 0) {
            shell.say("done: " + pair.coming() + " has " + pair.goal() + " tasks, " + pair.leaving() + " keeps "
                    + pair.kept() + "; --complete-cur and --complete-prev go on");
            return;
        }
        shell.say("deleting " + pair.leaving());
        marathon.delete(pair.leaving());
        shell.say("done: " + pair.coming() + " has taken the place of " + pair.leaving());
    }

    /** What fails is undone, unless somebody has to decide about it. */
    private void guarded(Work work, Work undo) throws DeployException, InterruptedException {
        try {
            work.run();
        } catch (DeployException failure) {
            if (failure.isForOperator()) {
                throw failure;
            }
            shell.say("failed: " + failure.text());
            try {
                undo.run();
                shell.say("rolled back");
            } catch (DeployException second) {
                shell.say("rolling back failed, and everything stays as it is now: " + second.text());
            }
            throw failure;
        }
    }
}
