package io.evenkeel.l7.log;

import java.io.Closeable;
import java.io.IOException;

/** Where lines go. Used on the log's thread only. */
interface LineTarget extends Closeable {

    /** Writes whole lines, with their ends. */
    void write(byte[] bytes, int length) throws IOException;

    /** The old file was moved away. */
    default void reopen() throws IOException {}

    @Override
    default void close() throws IOException {}
}
