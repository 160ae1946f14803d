package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.DiscoveryException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A DNS that answers at once, what a test tells it to; what it was not told does not exist. */
final class ScriptedNames implements NameSource {

    final List<String> asked = new ArrayList<>();
    private final Map<String, DnsAnswer<SrvTarget>> services = new HashMap<>();
    private final Map<String, DnsAnswer<InetAddress>> hosts = new HashMap<>();
    private final Map<String, String> broken = new HashMap<>();
    private @Nullable Error defect;

    void srv(String name, long ttl, SrvTarget... targets) {
        services.put(name, new DnsAnswer<>(List.of(targets), Optional.of(Duration.ofSeconds(ttl))));
    }

    void host(String name, long ttl, String... addresses) {
        List<InetAddress> list = new ArrayList<>();
        for (String address : addresses) {
            try {
                list.add(InetAddress.getByName(address));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }
        hosts.put(name, new DnsAnswer<>(list, Optional.of(Duration.ofSeconds(ttl))));
    }

    void remove(String name) {
        services.remove(name);
        hosts.remove(name);
    }

    void breaks(String name, String why) {
        broken.put(name, why);
    }

    void mends(String name) {
        broken.remove(name);
    }

    /** Throws this instead of answering; null for no more. */
    void defect(@Nullable Error thrown) {
        defect = thrown;
    }

    @Override
    public CompletableFuture<DnsAnswer<SrvTarget>> srv(String name) {
        return answer(services, name);
    }

    @Override
    public CompletableFuture<DnsAnswer<InetAddress>> addresses(String name) {
        return answer(hosts, name);
    }

    private <T> CompletableFuture<DnsAnswer<T>> answer(Map<String, DnsAnswer<T>> from, String name) {
        asked.add(name);
        if (defect != null) {
            throw defect;
        }
        String why = broken.get(name);
        return why == null
                ? CompletableFuture.completedFuture(
                        from.getOrDefault(name, new DnsAnswer<>(List.of(), Optional.empty())))
                : CompletableFuture.failedFuture(new DiscoveryException(name + ": " + why));
    }
}
