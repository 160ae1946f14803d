package io.evenkeel.discovery;

/**
 * The rule that a whole answer which is suddenly empty must be read twice before it is believed.
 *
 * <p>For authors of sources. A master that has just been elected, or a broken proxy, answers with an empty list; taking it
 * at its word empties every load balancer at once. One service that goes to zero or is deleted is not held back: the rule
 * is about the whole answer only. Used by one thread at a time; no locks inside.
 */
public final class EmptyAnswerGuard {

    private boolean hadServices;
    private boolean doubted;

    /** A guard that has seen nothing yet. */
    public EmptyAnswerGuard() {}

    /**
     * Judges an answer.
     *
     * @param answer what was just read
     * @return true if it is to be published; false if it is to be held back and the source read again soon
     */
    public boolean accept(Catalog answer) {
        if (answer.isEmpty() && hadServices && !doubted) {
            doubted = true;
            return false;
        }
        doubted = false;
        hadServices = !answer.isEmpty();
        return true;
    }
}
