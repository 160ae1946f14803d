package io.evenkeel.l7.log;

/** Writes records as lines. Used on the log's thread only. */
interface LineFormat {

    /** Adds a record's line, without its end. */
    void write(AccessRecord record, LineBuffer line);
}
