package io.evenkeel.l7.runner;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last thousand things that happened, in order. Thread-safe. */
final class EventLog {

    static final int CAPACITY = 1000;

    /**
     * Something that happened.
     *
     * @param number one more than that of the event before
     * @param time when, as ISO 8601 in UTC
     * @param kind what, in one word
     * @param subject to whom
     * @param text the rest
     */
    record Event(long number, String time, String kind, String subject, String text) {}

    private final InstantSource clock;
    private final Deque<Event> events = new ArrayDeque<>();
    private long last;

    EventLog(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void add(String kind, String subject, String text) {
        if (events.size() == CAPACITY) {
            events.removeFirst();
        }
        events.addLast(new Event(++last, clock.instant().toString(), kind, subject, Secrets.masked(text)));
    }

    /** Those after one that is known; all if none is. */
    synchronized List<Event> since(long number) {
        return events.stream().filter(event -> event.number() > number).toList();
    }
}
