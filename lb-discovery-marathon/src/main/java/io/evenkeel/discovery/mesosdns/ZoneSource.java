package io.evenkeel.discovery.mesosdns;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.dns.DnsAnswer;
import io.evenkeel.discovery.dns.DnsLookup;
import io.evenkeel.discovery.dns.SrvTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The ways to read Mesos-DNS, best first: everything over HTTP, by name over HTTP, by name over DNS. Used by the reading
 * thread, which it blocks.
 */
final class ZoneSource {

    private static final Duration LONGEST_DNS_READ = Duration.ofMinutes(1);

    private final MesosDnsConfig config;
    private final MesosDnsClient client;
    private final DnsLookup lookup;
    private @Nullable String lastSerial;

    /**
     * What was read.
     *
     * @param way how
     * @param serial the zone's serial number, if known
     * @param refreshSeconds how often Mesos-DNS loads the zone, if known
     * @param catalog what the records say; null if nothing has changed since the last read
     * @param standing what was known before and has not been asked for this time
     */
    record Reading(
            MesosDnsStatus.Way way,
            @Nullable Long serial,
            @Nullable Long refreshSeconds,
            @Nullable Catalog catalog,
            List<Snapshot> standing) {}

    ZoneSource(MesosDnsConfig config, MesosDnsClient client, DnsLookup lookup) {
        this.config = config;
        this.client = client;
        this.lookup = lookup;
    }

    /**
     * Reads.
     *
     * @param wanted the names that were asked for
     * @param known what is known already, which stands for the names that cannot be asked for
     * @param whole whether to read everything even if nothing seems to have changed
     * @throws DiscoveryException if no way leads anywhere
     */
    Reading read(List<WantedName> wanted, Catalog known, boolean whole) {
        try {
            return overHttp(wanted, whole);
        } catch (DiscoveryException http) {
            lastSerial = null;
            if (wanted.isEmpty()) {
                throw http;
            }
            try {
                return overDns(wanted, known);
            } catch (DiscoveryException dns) {
                DiscoveryException both = new DiscoveryException(http.getMessage() + "; " + dns.getMessage(), dns);
                both.addSuppressed(http);
                throw both;
            }
        }
    }

    private Reading overHttp(List<WantedName> wanted, boolean whole) {
        MesosDnsClient.Answer settings = client.get("/v1/config").orElse(null);
        Long serial = settings == null ? null : number(settings.json(), "SOASerial");
        Long refresh = settings == null ? null : number(settings.json(), "RefreshSeconds");
        String version = settings == null || serial == null ? null : settings.host() + " " + serial;
        if (!whole && version != null && version.equals(lastSerial)) {
            return new Reading(MesosDnsStatus.Way.LISTING, serial, refresh, null, List.of());
        }
        MesosDnsClient.Answer enumerated = client.get("/v1/enumerate").orElse(null);
        if (enumerated != null) {
            Catalog catalog = understood("/v1/enumerate", () -> ZoneReader.enumerate(enumerated.json()));
            lastSerial = version;
            return new Reading(MesosDnsStatus.Way.LISTING, serial, refresh, catalog, List.of());
        }
        MesosDnsClient.Answer transferred = client.get("/v1/axfr").orElse(null);
        if (transferred != null) {
            Catalog catalog = understood("/v1/axfr", () -> ZoneReader.axfr(transferred.json()));
            lastSerial = version;
            return new Reading(
                    MesosDnsStatus.Way.LISTING,
                    number(transferred.json(), "Serial"),
                    number(transferred.json(), "RefreshSeconds"),
                    catalog,
                    List.of());
        }
        lastSerial = null;
        Catalog catalog = understood("/v1/services", () -> services(wanted));
        return new Reading(MesosDnsStatus.Way.BY_NAME, serial, refresh, catalog, List.of());
    }

    /** Reads a zone. */
    @FunctionalInterface
    private interface Way {

        Zone read() throws IOException;
    }

    private Catalog understood(String what, Way way) {
        try {
            Zone zone = way.read();
            if (zone.services().isEmpty() && !zone.refused().isEmpty()) {
                throw new IOException("none of the records can be understood; "
                        + zone.refused().get(0));
            }
            return ZoneCatalog.of(zone, config.domain());
        } catch (IOException e) {
            throw new DiscoveryException(what + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable Long number(JsonNode json, String field) {
        return json.path(field).isNumber() ? (Long) json.path(field).longValue() : null;
    }

    private Zone services(List<WantedName> wanted) throws IOException {
        Zone zone = new Zone(false);
        for (WantedName name : wanted) {
            note(name, zone);
            for (String question : name.questions(config.domain())) {
                MesosDnsClient.Answer answer = ask("/v1/services/", question).orElse(null);
                if (answer == null) {
                    throw new IOException("status 404 (expected: 200)");
                }
                ZoneReader.services(answer.json(), zone);
            }
        }
        for (String host : zone.hostsWithoutAddress()) {
            MesosDnsClient.Answer answer = ask("/v1/hosts/", host).orElse(null);
            if (answer != null) {
                ZoneReader.hosts(answer.json(), host, zone);
            }
        }
        return zone;
    }

    private Optional<MesosDnsClient.Answer> ask(String path, String name) {
        return client.get(path + URLEncoder.encode(name + ".", StandardCharsets.UTF_8));
    }

    private static void note(WantedName name, Zone zone) {
        if (!name.marathonId().isEmpty()) {
            zone.marathonId(name.key(), name.marathonId());
        }
    }

    private Reading overDns(List<WantedName> wanted, Catalog known) {
        Zone zone = new Zone(false);
        Map<String, CompletableFuture<DnsAnswer<SrvTarget>>> questions = new LinkedHashMap<>();
        for (WantedName name : wanted) {
            note(name, zone);
            for (String question : name.questions(config.domain())) {
                questions.computeIfAbsent(question, lookup::srv);
            }
        }
        Set<String> hosts = new LinkedHashSet<>();
        questions.forEach((question, future) -> {
            for (SrvTarget target : await(future).records()) {
                zone.service(question, target.host(), target.port());
                hosts.add(target.host());
            }
        });
        Map<String, CompletableFuture<DnsAnswer<InetAddress>>> lookups = new LinkedHashMap<>();
        hosts.forEach(host -> lookups.put(host, lookup.addresses(host)));
        lookups.forEach((host, future) -> await(future).records().forEach(address -> zone.address(host, address)));
        List<Long> serials = await(lookup.serial(config.domain())).records();
        return new Reading(
                MesosDnsStatus.Way.DNS,
                serials.isEmpty() ? null : serials.get(0),
                null,
                ZoneCatalog.of(zone, config.domain()),
                standing(known, wanted));
    }

    private List<Snapshot> standing(Catalog known, List<WantedName> wanted) {
        Set<String> fresh = new HashSet<>();
        wanted.forEach(name -> {
            fresh.add(name.key() + "." + config.domain());
            fresh.add(name.marathonId());
        });
        return known.snapshots().stream()
                .filter(snapshot -> !fresh.contains(snapshot.service().application()))
                .toList();
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(LONGEST_DNS_READ.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DiscoveryException failure
                    ? failure
                    : new DiscoveryException("DNS: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new DiscoveryException("DNS: no answer within " + LONGEST_DNS_READ.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DiscoveryException("DNS: interrupted", e);
        }
    }
}
