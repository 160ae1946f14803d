package io.evenkeel.l7;

/**
 * How much of the bodies of requests one event loop keeps at most, for those that might be sent again and those that are
 * copied. Used on that loop only.
 */
final class KeptLimit {

    private final long most;
    private long kept;

    KeptLimit(long most) {
        this.most = most;
    }

    /** Counts bytes that are about to be kept; false if that would be too much. */
    boolean tryKeep(int bytes) {
        if (bytes > most - kept) {
            return false;
        }
        kept += bytes;
        return true;
    }

    /** So many are kept no longer. */
    void forget(int bytes) {
        kept -= bytes;
    }

    long kept() {
        return kept;
    }
}
