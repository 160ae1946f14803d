package io.evenkeel.cluster;

/**
 * How a list differs from the one before it: what lies between the entries that are the very same at both ends. Most
 * reports change a few endpoints among many, and what is the same need not be looked at again.
 *
 * @param head how many are the same at the beginning
 * @param tail how many are the same at the end, of those behind the head
 * @param before how many there were
 * @param after how many there are
 */
record Difference(int head, int tail, int before, int after) {

    /** Compares by reference. */
    @SuppressWarnings(
            "ReferenceEquality") // equal ones may differ in what equality leaves out, and comparing costs more
    static Difference between(Object[] before, Object[] after) {
        int shorter = Math.min(before.length, after.length);
        int head = 0;
        while (head < shorter && before[head] == after[head]) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && before[before.length - 1 - tail] == after[after.length - 1 - tail]) {
            tail++;
        }
        return new Difference(head, tail, before.length, after.length);
    }

    /** Takes the same lists for altogether different. */
    Difference whole() {
        return new Difference(0, 0, before, after);
    }

    /** Where in the list before the part that is the same at the end begins. */
    int endBefore() {
        return before - tail;
    }

    /** Where in the list after it that part begins. */
    int endAfter() {
        return after - tail;
    }

    /** How many are the same. */
    int same() {
        return head + tail;
    }

    /** Whether nothing has changed. */
    boolean isNone() {
        return before == after && head == after;
    }

    /** Copies what is the same from what belongs to the list before to what belongs to the one after it. */
    @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of one kind
    void copySame(Object from, Object to) {
        System.arraycopy(from, 0, to, 0, head);
        System.arraycopy(from, endBefore(), to, endAfter(), tail);
    }
}
