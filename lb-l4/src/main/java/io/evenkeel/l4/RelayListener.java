package io.evenkeel.l4;

/** Is told of connections that were relayed, on their event loops; must not block. Thread-safe. */
@FunctionalInterface
public interface RelayListener {

    /**
     * A connection is over.
     *
     * @param connection what became of it; nothing of it changes any more
     */
    void ended(RelayedConnection connection);
}
