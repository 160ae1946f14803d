package io.evenkeel.l7.marathonlb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives service ports to ports of tasks that have none, by marathon-lb's hash: the same application gets the same port from
 * every proxy, unless another one has it already. Whoever has a port keeps it.
 *
 * <p>Not thread-safe; lives as long as the proxy. A port costs one SHA-1 as a rule.
 */
final class ServicePortAssigner {

    private static final int MAX_TRIES = 50;

    /** Whose a port is. */
    record Owner(String application, int taskPort) {}

    private final PortRange range;
    private final Map<Owner, Integer> ports = new HashMap<>();
    private final Set<Integer> taken = new HashSet<>();

    ServicePortAssigner(PortRange range) {
        this.range = range;
    }

    /** Takes ports back from all others. */
    void retain(Set<Owner> owners) {
        ports.keySet().retainAll(owners);
        taken.clear();
        taken.addAll(ports.values());
    }

    /** The port of an owner; 0 if there is none left. */
    int assign(Owner owner) {
        Integer known = ports.get(owner);
        if (known != null) {
            return known;
        }
        int port = free(owner);
        if (port != 0) {
            ports.put(owner, port);
            taken.add(port);
        }
        return port;
    }

    private int free(Owner owner) {
        if (taken.size() >= range.size()) {
            return 0;
        }
        for (int i = 0; i < Math.min(MAX_TRIES, range.size()); i++) {
            int port =
                    range.first() + (int) (hash(owner.application() + "-" + owner.taskPort() + "-" + i) % range.size());
            if (!taken.contains(port)) {
                return port;
            }
        }
        int port = range.first();
        while (taken.contains(port)) {
            port++;
        }
        return port;
    }

    /** The first 32 bits. */
    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            long hash = 0;
            for (int i = 0; i < 4; i++) {
                hash = hash << 8 | (digest[i] & 0xFF);
            }
            return hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
