package io.evenkeel.l4;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * Who wants one listening channel to accept nothing: it goes on when nobody does any more. Thread-safe; touched only when
 * somebody begins or ceases to want it.
 */
final class AcceptHold {

    private static final AttributeKey<AcceptHold> KEY = AttributeKey.valueOf(AcceptHold.class, "hold");

    private final Channel listener;
    private final Set<Object> holders = new HashSet<>(); // guarded by this

    private AcceptHold(Channel listener) {
        this.listener = listener;
    }

    /** The hold of a channel, always the same. */
    static AcceptHold of(Channel listener) {
        AcceptHold known = listener.attr(KEY).get();
        if (known != null) {
            return known;
        }
        AcceptHold fresh = new AcceptHold(listener);
        AcceptHold other = listener.attr(KEY).setIfAbsent(fresh);
        return other == null ? fresh : other;
    }

    /** What comes from now on waits in the kernel's backlog. */
    void hold(Object holder) {
        synchronized (this) {
            holders.add(holder);
        }
        apply(); // also if it is held already: after a failed accept it goes on by itself
    }

    void release(Object holder) {
        synchronized (this) {
            if (!holders.remove(holder)) {
                return;
            }
        }
        apply();
    }

    /* On its own loop, since elsewhere one more connection would be accepted. */
    private void apply() {
        if (listener.eventLoop().inEventLoop()) {
            adjust();
            return;
        }
        try {
            listener.eventLoop().execute(this::adjust);
        } catch (RejectedExecutionException e) {
            // its loop has ended, and it with that
        }
    }

    private void adjust() {
        boolean accepts;
        synchronized (this) {
            accepts = holders.isEmpty();
        }
        listener.config().setAutoRead(accepts);
    }
}
