package io.evenkeel.l4.dns;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A resolver that queries are forwarded to, and how often in a row it has left them unanswered. */
final class Upstream {

    private final InetSocketAddress address;
    private final AtomicInteger failures = new AtomicInteger();

    Upstream(InetSocketAddress address) {
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    void answered() {
        failures.set(0);
    }

    void failed() {
        failures.incrementAndGet();
    }

    /** The two with the fewest failures, in the given order where they are equal. */
    static List<Upstream> best(List<Upstream> all) {
        if (all.size() <= 2) {
            return all;
        }
        List<Upstream> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparingInt(upstream -> upstream.failures.get()));
        return sorted.subList(0, 2);
    }
}
