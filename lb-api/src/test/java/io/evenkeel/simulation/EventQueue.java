package io.evenkeel.simulation;

import java.util.Arrays;

/** A binary heap of events without an object for each: a time, a kind and a number that the kind gives a meaning to. */
final class EventQueue {

    private long[] times = new long[1024];
    private long[] events = new long[1024];
    private int size;

    void add(long time, int kind, int number) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            events = Arrays.copyOf(events, size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (times[parent] <= time) {
                break;
            }
            times[hole] = times[parent];
            events[hole] = events[parent];
            hole = parent;
        }
        times[hole] = time;
        events[hole] = (long) kind << 32 | number;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long firstTime() {
        return times[0];
    }

    int firstKind() {
        return (int) (events[0] >>> 32);
    }

    int firstNumber() {
        return (int) events[0];
    }

    void removeFirst() {
        size--;
        long time = times[size];
        long event = events[size];
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && times[child + 1] < times[child]) {
                child++;
            }
            if (time <= times[child]) {
                break;
            }
            times[hole] = times[child];
            events[hole] = events[child];
            hole = child;
        }
        times[hole] = time;
        events[hole] = event;
    }
}
