package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts one application in the place of another, a few tasks at a time.
 *
 * <p>At each step all new tasks have to answer, at Marathon and at every load balancer; only then are as many old ones
 * killed as they replace, once the load balancers have set them aside and they have finished what they had; and only then
 * do more new ones come. So there are never fewer tasks that answer than the target.
 */
final class Rollout {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MarathonApps marathon;
    private final LoadBalancers loadBalancers;
    private final DeployPlan plan;
    private final Shell shell;
    private final Watch watch;

    Rollout(MarathonApps marathon, LoadBalancers loadBalancers, DeployPlan plan, Shell shell) {
        this.marathon = marathon;
        this.loadBalancers = loadBalancers;
        this.plan = plan;
        this.shell = shell;
        this.watch = new Watch(marathon, loadBalancers, plan, shell);
    }

    /** Goes on until the goal is reached; an application that is left without tasks is still there. */
    void run(Pair pair) throws DeployException, InterruptedException {
        while (true) {
            AppView fresh = watch.whole(pair.coming());
            AppView old = settled(pair.leaving());
            shell.say("%s has %d tasks that answer, %s has %d"
                    .formatted(
                            fresh.id(),
                            fresh.usable().size(),
                            old.id(),
                            old.usable().size()));
            boolean last = pair.isLast(fresh, old);
            if (last && old.instances() <= pair.kept()) {
                return;
            }
            List<TaskView> leaving = finished(pair, fresh, old);
            if (last && pair.kept() == 0) { // deleting is one change, and killing first would turn the roles round
                before(old, leaving, fresh);
                return;
            }
            kill(old, leaving, fresh);
            if (!last) {
                int next = pair.next(fresh, old, plan.linearIncrease());
                shell.say("scaling " + fresh.id() + " from " + fresh.instances() + " to " + next);
                marathon.scale(fresh.id(), next);
            } else if (leaving.isEmpty()) {
                shell.say("scaling " + old.id() + " from " + old.instances() + " to " + pair.kept());
                marathon.scale(old.id(), pair.kept());
            }
            shell.pause(plan.stepDelay());
        }
    }

    /* What Marathon still does to it would get in the way; but one that is broken may never settle. */
    private AppView settled(String id) throws DeployException, InterruptedException {
        Optional<AppView> settled = watch.until(() -> {
            AppView app = marathon.one(id);
            return app.deploying() ? Optional.empty() : Optional.of(app);
        });
        return settled.isPresent() ? settled.get() : marathon.one(id);
    }

    /** Old tasks that can be killed: those that do not answer, and as many as may go of those that have finished. */
    private List<TaskView> finished(Pair pair, AppView fresh, AppView old)
            throws DeployException, InterruptedException {
        List<TaskView> useless =
                old.tasks().stream().filter(task -> !task.usable()).toList();
        List<TaskView> usable = old.usable();
        int mayGo = pair.mayGo(fresh, old);
        List<TaskView> found = new ArrayList<>(useless);
        if (mayGo == 0) {
            return found;
        }
        if (loadBalancers.isEmpty()) { // nobody tells who is busy
            found.addAll(usable.subList(0, mayGo));
            return found;
        }
        shell.say("waiting for " + mayGo + " of " + usable.size() + " tasks of " + old.id() + " to be drained");
        Optional<List<TaskView>> done = watch.until(() -> {
            List<LbView> views = loadBalancers.look();
            List<TaskView> idle = usable.stream()
                    .filter(task -> views.stream().allMatch(view -> view.isDoneWith(task)))
                    .limit(mayGo)
                    .toList();
            return idle.size() == mayGo ? Optional.of(idle) : Optional.empty();
        });
        found.addAll(done.isPresent() ? done.get() : spared(old, usable, mayGo));
        return found;
    }

    private List<TaskView> spared(AppView old, List<TaskView> usable, int mayGo)
            throws DeployException, InterruptedException {
        List<LbView> views = loadBalancers.look();
        List<TaskView> spared = usable.stream()
                .filter(task -> views.stream().allMatch(view -> view.spares(task)))
                .limit(mayGo)
                .toList();
        if (spared.isEmpty()) {
            throw new DeployException(
                    Exit.NOT_UP,
                    old.id() + ": no task was set aside by every load balancer within "
                            + plan.maxWait().toSeconds() + " s");
        }
        shell.say("some are still busy after " + plan.maxWait().toSeconds() + " s; going on with " + spared.size());
        return spared;
    }

    private void kill(AppView old, List<TaskView> tasks, AppView fresh) throws DeployException, InterruptedException {
        if (tasks.isEmpty()) {
            return;
        }
        before(old, tasks, fresh);
        shell.say("killing " + tasks.size() + " tasks of " + old.id());
        marathon.kill(tasks.stream().map(TaskView::id).toList());
    }

    /** Asks the operator and the hook. */
    private void before(AppView old, List<TaskView> tasks, AppView fresh) throws DeployException, InterruptedException {
        List<String> ids = tasks.stream().map(TaskView::id).toList();
        if (!shell.confirm("Kill " + ids + "?")) {
            throw DeployException.forOperator(Exit.STOPPED, "stopped; --resume goes on");
        }
        if (plan.preKillHook().isEmpty()) {
            return;
        }
        String hook = plan.preKillHook().get();
        try {
            int code = shell.run(List.of(
                    hook,
                    old.json().toString(),
                    JSON.valueToTree(ids).toString(),
                    fresh.json().toString()));
            if (code != 0) {
                throw DeployException.forOperator(
                        Exit.UNKNOWN, "--pre-kill-hook: " + hook + " ended with " + code + "; --resume goes on");
            }
        } catch (IOException e) {
            throw DeployException.forOperator(
                    Exit.UNKNOWN, "--pre-kill-hook: " + hook + " cannot be run: " + e.getMessage());
        }
    }
}
