package io.evenkeel.l7.log;

import java.io.Closeable;
import java.io.IOException;

/**
 * Takes the records of an {@link AccessLog}. Called on the log's thread only; it may take its time, at the price of records
 * that are dropped meanwhile.
 */
public interface AccessLogReceiver extends Closeable {

    /**
     * Takes a record, which is somebody else's when this returns.
     *
     * @param record the record
     * @throws IOException if it cannot be taken
     */
    void receive(AccessRecord record) throws IOException;

    /**
     * No further record is there at the moment.
     *
     * @throws IOException if something could not be written
     */
    default void flush() throws IOException {}

    /**
     * Somebody has moved the file away: records from now on belong into a new one.
     *
     * @throws IOException if there can be none
     */
    default void reopen() throws IOException {}

    @Override
    default void close() throws IOException {}
}
