package io.evenkeel.l7;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that asks a service port of this machine without a pause, on one connection or on one for each request. */
public final class Load {

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final InetSocketAddress address;
    private final Thread thread;
    private volatile Map<String, Integer> served = new ConcurrentHashMap<>();
    private volatile boolean ending;

    /** Begins to ask. */
    public Load(int port, boolean keepAlive) {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        thread = new Thread(() -> run(keepAlive), "load");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(boolean keepAlive) {
        while (!ending) {
            try (Wire client = Wire.to(address)) {
                do {
                    Map<String, Integer> counts = served; // of now: what is under way is forgotten as well
                    count(client.get("/").message(), counts);
                } while (keepAlive && !ending);
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
    }

    private void count(Wire.Message answer, Map<String, Integer> counts) {
        if (answer.head().isEmpty() || answer.status() != 200) {
            failures.add(answer.toString());
        }
        counts.merge(answer.value("X-Task"), 1, Integer::sum);
    }

    /** Who has answered. */
    public Set<String> served() {
        return served.keySet();
    }

    /** How many were answered. */
    public int requests() {
        return served.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Begins to count anew; failures are not forgotten. */
    public void forget() {
        served = new ConcurrentHashMap<>();
    }

    /** Stops, and tells what failed. */
    public List<String> end() throws InterruptedException {
        ending = true;
        thread.join();
        return failures;
    }
}
