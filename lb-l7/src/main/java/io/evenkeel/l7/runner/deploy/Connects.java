package io.evenkeel.l7.runner.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Which addresses take a connection from this machine. Opens one to each, many at once, and closes it. Stateless. */
final class Connects {

    private static final int PATIENCE_MILLIS = 2_000;
    private static final int AT_ONCE = 64;

    private Connects() {}

    /** Those of some addresses that do, within two seconds. */
    static Set<InetSocketAddress> to(Collection<InetSocketAddress> addresses) throws InterruptedException {
        Set<InetSocketAddress> taking = new HashSet<>();
        if (addresses.isEmpty()) {
            return taking;
        }
        List<InetSocketAddress> all = List.copyOf(addresses);
        List<Callable<Boolean>> attempts = new ArrayList<>();
        all.forEach(address -> attempts.add(() -> takes(address)));
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(all.size(), AT_ONCE));
        try {
            List<Future<Boolean>> results = threads.invokeAll(attempts);
            for (int i = 0; i < all.size(); i++) {
                if (results.get(i).get()) {
                    taking.add(all.get(i));
                }
            }
            return taking;
        } catch (ExecutionException e) {
            throw new IllegalStateException("connecting", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean takes(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
