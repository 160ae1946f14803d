package io.evenkeel.l7.log;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The records of one event loop on their way to the log's thread: a bounded queue of one writer and one reader, without
 * locks.
 *
 * <p>{@link #take} and {@link #put} are for the loop only. Records go round: those that have been read are used for other
 * requests, so that there are no more than are filled and wait.
 */
public final class AccessRing {

    private static final int MAX_SPARE = 1024;

    private final AccessLog log;
    private final int fieldLimit;
    private final @Nullable AccessRecord[] slots;
    private final ArrayDeque<AccessRecord> spare = new ArrayDeque<>();
    private long takenBack; // by the loop: of those that were read, how many it has again
    private volatile long written; // by the loop only
    private volatile long read; // by the log's thread only

    AccessRing(AccessLog log, int capacity, int fieldLimit) {
        this.log = log;
        this.fieldLimit = fieldLimit;
        this.slots = new AccessRecord[Integer.highestOneBit(capacity * 2 - 1)];
    }

    /** The log that it leads to. */
    public AccessLog log() {
        return log;
    }

    /** A record to be filled. */
    public AccessRecord take() {
        AccessRecord record = spare.pollLast();
        if (record == null && takenBack < read) {
            int slot = (int) takenBack++ & (slots.length - 1);
            record = slots[slot];
            slots[slot] = null;
        }
        return record == null ? new AccessRecord(fieldLimit) : record;
    }

    /** Hands a record on; if the log is too far behind, it is dropped and counted. */
    public void put(AccessRecord record) {
        long at = written;
        long waiting = at - read;
        if (waiting >= slots.length) {
            log.drop(1);
            keep(record);
            return;
        }
        int slot = (int) at & (slots.length - 1);
        AccessRecord before = slots[slot];
        slots[slot] = record;
        written = at + 1;
        if (before != null) {
            takenBack = at - slots.length + 1;
            keep(before);
        }
        if (waiting == slots.length / 2) {
            log.wake();
        }
    }

    private void keep(AccessRecord record) {
        if (spare.size() < MAX_SPARE) {
            spare.addLast(record);
        }
    }

    /** How many records have not been shown. Any thread. */
    int waiting() {
        return (int) (written - read);
    }

    /** How many records there have been. For the log's thread. */
    long written() {
        return written;
    }

    /** Whether there is a record that was there when so many had been. */
    boolean has(long upTo) {
        return read < upTo;
    }

    /** Shows the next record to somebody, and lets the loop use it again. */
    void showNext(AccessLogReceiver receiver, long nanosToMillisOffset) throws IOException {
        long at = read;
        try {
            AccessRecord record = slots[(int) at & (slots.length - 1)];
            if (record != null) {
                record.startMillis(AccessLog.millis(record.startNanos(), nanosToMillisOffset));
                receiver.receive(record);
            }
        } finally {
            read = at + 1;
        }
    }
}
