package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.DiscoveryException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Asks DNS servers and understands what they say; never caches.
 *
 * <p>Thread-safe and non-blocking: questions run on up to eight daemon threads of its own, which end with it, and on which
 * its futures complete. The servers are asked in their order, each with EDNS but without relying on it, over UDP and, when
 * an answer is truncated, TCP (RFC 7766), until one answers; whoever answered last is asked first. SERVFAIL, REFUSED,
 * silence and nonsense are no answers. CNAME chains are followed over at most sixteen names. Every question costs the
 * timeout times servers times attempts at worst.
 */
public final class DnsLookup implements NameSource, AutoCloseable {

    private static final int THREADS = 8;
    private static final int LONGEST_CHAIN = 16;

    private final ThreadPoolExecutor workers;
    private final Exchanges exchanges;
    private final DnsServers servers;
    private final AddressFamily family;

    /**
     * A lookup at some servers.
     *
     * @param servers in the order in which to ask them; none for those of the system, as dnsjava finds them
     * @param timeout for one server to answer once
     * @param attempts how often to go through the servers, 1 or more
     * @param tcp whether to ask over TCP at once
     * @param family which addresses count
     */
    public DnsLookup(
            List<InetSocketAddress> servers, Duration timeout, int attempts, boolean tcp, AddressFamily family) {
        AtomicInteger count = new AtomicInteger();
        this.workers =
                new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "evenkeel-dns-io-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        this.exchanges = new Exchanges(workers);
        this.family = family;
        List<InetSocketAddress> given = List.copyOf(servers);
        Supplier<List<InetSocketAddress>> source =
                given.isEmpty() ? () -> ResolverConfig.getCurrentConfig().servers() : () -> given;
        this.servers = new DnsServers(source, timeout, attempts, tcp, exchanges, workers);
    }

    /** Makes all lookups at the system's servers see which these are now. */
    static void reloadSystemServers() {
        ResolverConfig.refresh();
    }

    /**
     * The SRV records of a name (RFC 2782).
     *
     * @param name absolute, with a final dot or without
     * @return completed with the answer, or exceptionally with a {@link DiscoveryException}
     */
    @Override
    public CompletableFuture<DnsAnswer<SrvTarget>> srv(String name) {
        return ask(
                name,
                Type.SRV,
                record -> record instanceof SRVRecord srv
                        ? new SrvTarget(
                                srv.getPriority(), srv.getWeight(), srv.getPort(), DnsServers.text(srv.getTarget()))
                        : null);
    }

    /**
     * The addresses of a name, of the family that counts.
     *
     * @param name absolute, with a final dot or without
     * @return completed with the answer, or exceptionally with a {@link DiscoveryException}
     */
    @Override
    public CompletableFuture<DnsAnswer<InetAddress>> addresses(String name) {
        return switch (family) {
            case IPV4 -> v4(name);
            case IPV6 -> v6(name);
            case PREFER_IPV4 -> either(v4(name), () -> v6(name));
            case PREFER_IPV6 -> either(v6(name), () -> v4(name));
        };
    }

    /**
     * The serial number of a zone, which is new whenever its server has loaded it anew (RFC 1035).
     *
     * @param zone the zone's name
     * @return completed with the answer, or exceptionally with a {@link DiscoveryException}
     */
    public CompletableFuture<DnsAnswer<Long>> serial(String zone) {
        Name name = parse(zone);
        if (name == null) {
            return notAName(zone);
        }
        return servers.ask(name, Type.SOA).thenApply(answer -> {
            List<Long> serials = new ArrayList<>();
            for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
                for (Record record : answer.getSection(section)) {
                    if (record instanceof SOARecord soa && soa.getName().equals(name)) {
                        serials.add(soa.getSerial());
                    }
                }
            }
            return new DnsAnswer<>(serials.subList(0, Math.min(1, serials.size())), negativeTtl(answer));
        });
    }

    private CompletableFuture<DnsAnswer<InetAddress>> v4(String name) {
        return ask(
                name,
                Type.A,
                record -> record instanceof ARecord a && a.getAddress() instanceof Inet4Address four
                        ? withoutName(four)
                        : null);
    }

    private CompletableFuture<DnsAnswer<InetAddress>> v6(String name) {
        return ask(
                name,
                Type.AAAA,
                record -> record instanceof AAAARecord aaaa && aaaa.getAddress() instanceof Inet6Address six
                        ? withoutName(six)
                        : null);
    }

    private static CompletableFuture<DnsAnswer<InetAddress>> either(
            CompletableFuture<DnsAnswer<InetAddress>> first,
            Supplier<CompletableFuture<DnsAnswer<InetAddress>>> other) {
        return first.thenCompose(answer -> answer.isEmpty() ? other.get() : CompletableFuture.completedFuture(answer));
    }

    private static @Nullable InetAddress withoutName(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            return null; // cannot be: it has the length of an address
        }
    }

    private <T> CompletableFuture<DnsAnswer<T>> ask(String name, int type, Function<Record, @Nullable T> reader) {
        Name parsed = parse(name);
        return parsed == null ? notAName(name) : ask(parsed, type, reader, LONGEST_CHAIN, Long.MAX_VALUE);
    }

    private <T> CompletableFuture<DnsAnswer<T>> ask(
            Name name, int type, Function<Record, @Nullable T> reader, int hops, long ttlSoFar) {
        return servers.ask(name, type).thenCompose(answer -> {
            Name current = name;
            long ttl = ttlSoFar;
            for (int left = hops; left > 0; left--) {
                List<T> found = new ArrayList<>();
                CNAMERecord alias = null;
                for (Record record : answer.getSection(Section.ANSWER)) {
                    if (!record.getName().equals(current)) {
                        continue;
                    }
                    T value = record.getType() == type ? reader.apply(record) : null;
                    if (value != null) {
                        found.add(value);
                        ttl = Math.min(ttl, record.getTTL());
                    } else if (record instanceof CNAMERecord cname) {
                        alias = cname;
                    }
                }
                if (!found.isEmpty()) {
                    return CompletableFuture.completedFuture(
                            new DnsAnswer<>(found, Optional.of(Duration.ofSeconds(ttl))));
                }
                if (alias == null) {
                    boolean outside = !current.equals(name) && isUnsaid(answer);
                    return outside
                            ? ask(current, type, reader, left, ttl)
                            : CompletableFuture.completedFuture(new DnsAnswer<>(List.of(), negativeTtl(answer)));
                }
                ttl = Math.min(ttl, alias.getTTL());
                current = alias.getTarget();
            }
            return CompletableFuture.failedFuture(new DiscoveryException(DnsServers.text(name) + " " + Type.string(type)
                    + ": a chain of more than " + LONGEST_CHAIN + " aliases"));
        });
    }

    /* A chain that ends in NXDOMAIN, or with the SOA of where it ends, says that there is nothing at its end. */
    private static boolean isUnsaid(Message answer) {
        return answer.getRcode() == org.xbill.DNS.Rcode.NOERROR
                && negativeTtl(answer).isEmpty();
    }

    private static Optional<Duration> negativeTtl(Message answer) {
        for (Record record : answer.getSection(Section.AUTHORITY)) {
            if (record instanceof SOARecord soa) {
                return Optional.of(Duration.ofSeconds(Math.min(soa.getTTL(), soa.getMinimum())));
            }
        }
        return Optional.empty();
    }

    /** The name, or null if the text is none. */
    static @Nullable Name parse(String name) {
        try {
            return name.isEmpty() ? null : Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            return null;
        }
    }

    private static <T> CompletableFuture<DnsAnswer<T>> notAName(String name) {
        return CompletableFuture.failedFuture(new DiscoveryException(name + ": no name (expected: a domain name)"));
    }

    /** Ends the threads and whatever question is under way. */
    @Override
    public void close() {
        workers.shutdownNow();
        exchanges.close();
    }

    @Override
    public String toString() {
        return "DnsLookup";
    }
}
