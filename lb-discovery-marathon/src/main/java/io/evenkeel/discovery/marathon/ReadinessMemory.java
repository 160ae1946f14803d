package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Ticker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The rule which tasks are ready, with the memory that it needs. Used by the fetching thread.
 *
 * <p>A result that says so holds a task back. A running task of the newest version without a result is held back too, as
 * Marathon has not come round to it yet; but Marathon also drops its results between the steps of a deployment, and a
 * deployment of many applications can be stuck for days. So a task that was ready once stays so unless a result says
 * otherwise, and nobody waits for a first result longer than the checks' own interval and timeout.
 */
final class ReadinessMemory {

    private final Ticker ticker;
    private final Set<String> wereReady = new HashSet<>();
    private final Map<String, Long> waitingSince = new HashMap<>();
    private long soonest = Long.MAX_VALUE;

    ReadinessMemory(Ticker ticker) {
        this.ticker = ticker;
    }

    boolean judge(App app, Task task) {
        Readiness readiness = app.readiness();
        boolean ready;
        if (readiness.notReady().contains(task.id())) {
            wereReady.remove(task.id());
            ready = false;
        } else if (!readiness.gating()
                || readiness.ready().contains(task.id())
                || wereReady.contains(task.id())
                || !task.version().equals(readiness.version())) {
            ready = true;
        } else {
            ready = task.state() == EndpointState.RUNNING && hasWaited(task.id(), readiness);
        }
        if (ready && task.state() == EndpointState.RUNNING && !task.id().isEmpty()) {
            wereReady.add(task.id());
            waitingSince.remove(task.id());
        }
        return ready;
    }

    private boolean hasWaited(String task, Readiness readiness) {
        long now = ticker.nanos();
        long since = waitingSince.computeIfAbsent(task, id -> now);
        long left = readiness.patience().toNanos() - (now - since);
        if (left > 0) {
            soonest = Math.min(soonest, left);
        }
        return left <= 0;
    }

    /** After how many nanoseconds a task's waiting ends, of those that were judged since this was asked before. */
    long takeSoonest() {
        long taken = soonest;
        soonest = Long.MAX_VALUE;
        return taken;
    }

    /** Forgets the tasks that are gone. */
    void retain(Set<String> tasks) {
        wereReady.retainAll(tasks);
        waitingSince.keySet().retainAll(tasks);
    }
}
