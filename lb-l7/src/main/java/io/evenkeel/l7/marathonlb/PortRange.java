package io.evenkeel.l7.marathonlb;

/**
 * Service ports to give to applications that have none. Immutable.
 *
 * @param first the first of them, or 0 for none at all
 * @param last the last of them, or 0 for none at all
 */
public record PortRange(int first, int last) {

    /** marathon-lb's own. */
    public static final PortRange DEFAULT = new PortRange(10_050, 10_100);

    /** No ports: applications without a service port are left out. */
    public static final PortRange NONE = new PortRange(0, 0);

    /** Checks the range. */
    public PortRange {
        boolean none = first == 0 && last == 0;
        if (!none && (first < 1 || last > 65_535 || first > last)) {
            throw new IllegalArgumentException("service ports: " + first + " to " + last
                    + " (expected: 1 to 65535, the first not above the last, or both 0)");
        }
    }

    boolean contains(int port) {
        return first <= port && port <= last;
    }

    int size() {
        return first == 0 ? 0 : last - first + 1;
    }
}
