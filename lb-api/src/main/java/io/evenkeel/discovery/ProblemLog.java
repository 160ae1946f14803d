package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Tells of each problem twice and no more: when it appears, and when it is over. Thread-safe. */
public final class ProblemLog {

    private final Consumer<Problem> appeared;
    private final Consumer<Problem> over;
    private Set<Problem> known = Set.of();

    /**
     * A log without problems.
     *
     * @param appeared takes each problem that was not there before
     * @param over takes each problem that is there no more
     */
    public ProblemLog(Consumer<Problem> appeared, Consumer<Problem> over) {
        this.appeared = requireNonNull(appeared, "appeared");
        this.over = requireNonNull(over, "over");
    }

    /**
     * Takes over what is wrong now.
     *
     * @param current all problems that there are
     */
    public synchronized void update(Collection<Problem> current) {
        Set<Problem> now = new LinkedHashSet<>(current);
        now.stream().filter(problem -> !known.contains(problem)).forEach(appeared);
        known.stream().filter(problem -> !now.contains(problem)).forEach(over);
        known = now;
    }
}
