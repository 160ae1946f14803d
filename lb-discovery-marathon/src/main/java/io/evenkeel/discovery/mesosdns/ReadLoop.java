package io.evenkeel.discovery.mesosdns;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads again and again, and tells the listeners. Everything but {@link #status} runs on the reading thread. */
final class ReadLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ReadLoop.class);
    private static final Duration WHOLE_READ = Duration.ofSeconds(60);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(250);
    private static final long USUAL_REFRESH_SECONDS = 60;

    private final MesosDnsConfig config;
    private final ZoneSource source;
    private final ScheduledExecutorService reading;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final CatalogPublisher publisher;
    private final FrameworkGuard guard;
    private final Map<String, WantedName> wanted = new LinkedHashMap<>();
    private final List<WantedName> unread = new ArrayList<>();
    private Catalog read = Catalog.empty();
    private List<Snapshot> standing = List.of();
    private @Nullable Catalog published;
    private @Nullable Long wholeReadAt;
    private boolean failing;
    private boolean saidStale;
    private int failures;
    private @Nullable ScheduledFuture<?> next;

    private volatile Seen seen = new Seen(MesosDnsStatus.Way.NONE, null, null, 0, USUAL_REFRESH_SECONDS);

    /** What the status tells of. */
    private record Seen(
            MesosDnsStatus.Way way,
            @Nullable Long goodAt,
            @Nullable Long serial,
            long serialAt,
            long refreshSeconds) {}

    ReadLoop(
            MesosDnsConfig config,
            ZoneSource source,
            ScheduledExecutorService reading,
            Ticker ticker,
            RandomGenerator random,
            CatalogPublisher publisher) {
        this.config = config;
        this.source = source;
        this.reading = reading;
        this.ticker = ticker;
        this.random = random;
        this.publisher = publisher;
        this.guard = new FrameworkGuard(config.emptyConfirmation());
    }

    /**
     * Notes a name. One of which nothing is known is read soon, once, with all the others that have been noted by then;
     * the rounds go on as they would.
     */
    void want(WantedName name) {
        boolean noted = wanted.putIfAbsent(name.service(), name) != null;
        if (noted || (published != null && published.find(name.service()) != null)) {
            return;
        }
        if (unread.isEmpty()) {
            try {
                reading.execute(this::readUnread);
            } catch (RejectedExecutionException e) {
                LOG.trace("Closed", e);
            }
        }
        unread.add(name);
    }

    private void readUnread() {
        List<WantedName> names = List.copyOf(unread);
        unread.clear();
        if (!names.isEmpty()) { // else a round was faster
            boolean unused = succeeds(names, false);
        }
    }

    /** Reads everything, and sees to it that this happens again. */
    void round() {
        if (next != null) {
            next.cancel(false);
        }
        unread.clear();
        Duration pause;
        if (succeeds(List.copyOf(wanted.values()), true)) {
            failures = 0;
            pause = config.refreshInterval();
        } else {
            pause = backoff();
        }
        try {
            long nanos = pause.toNanos();
            next = reading.schedule(this::round, nanos - random.nextLong(nanos / 10 + 1), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("Closed", e);
        }
    }

    /* Throws nothing, so that it is never the last read. */
    private boolean succeeds(List<WantedName> names, boolean all) {
        try {
            read(names, all);
            return true;
        } catch (DiscoveryException e) {
            if (!reading.isShutdown()) {
                fail(e);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("A defect kept an answer of Mesos-DNS from being used", e);
            fail(new DiscoveryException("Mesos-DNS' answer could not be used: " + e, e));
        }
        return false;
    }

    private Duration backoff() {
        failures = Math.min(20, failures + 1);
        long nanos = FIRST_BACKOFF.toNanos() << (failures - 1);
        return nanos > config.maxBackoff().toNanos() ? config.maxBackoff() : Duration.ofNanos(nanos);
    }

    private void read(List<WantedName> names, boolean all) {
        long now = ticker.nanos();
        boolean whole = wholeReadAt == null || now - wholeReadAt >= WHOLE_READ.toNanos();
        ZoneSource.Reading reading = source.read(names, guard.known(), whole);
        note(reading, now);
        Catalog found = reading.catalog();
        if (!all && reading.way() != MesosDnsStatus.Way.LISTING && found != null) {
            publish(guard.add(found), false);
            return;
        }
        if (found != null) {
            read = found;
            standing = reading.standing();
            wholeReadAt = now;
        }
        publish(found != null || guard.isDoubting() ? guard.judge(read, standing, now) : guard.known(), true);
    }

    private void note(ZoneSource.Reading reading, long now) {
        Seen before = seen;
        Long serial = reading.serial();
        boolean same = serial == null || serial.equals(before.serial());
        Long refresh = reading.refreshSeconds();
        seen = new Seen(
                reading.way(),
                now,
                serial == null ? before.serial() : serial,
                same && before.serial() != null ? before.serialAt() : now,
                refresh == null ? before.refreshSeconds() : Math.max(1, refresh));
        if (before.way() != reading.way()) {
            LOG.info("Mesos-DNS at {} is read by {}", config.hosts(), reading.way());
        }
        boolean stale = status().stale();
        if (stale && !saidStale) {
            LOG.warn("Mesos-DNS at {} serves an old state: it has not loaded a new one for long", config.hosts());
        }
        saidStale = stale;
    }

    /* The same again is news only after a failure: listeners learn that it is over. */
    private void publish(Catalog catalog, boolean all) {
        Catalog before = published;
        boolean same = before != null
                && before.snapshots().equals(catalog.snapshots())
                && before.problems().equals(catalog.problems());
        boolean recovered = failing && all;
        if (recovered) {
            LOG.info("Mesos-DNS at {} answers again", config.hosts());
            failing = false;
        }
        if (!same || recovered) {
            published = catalog;
            publisher.publish(catalog);
        }
    }

    private void fail(DiscoveryException problem) {
        guard.failed(ticker.nanos());
        if (!failing) {
            LOG.warn("Mesos-DNS cannot be read; what was known stands: {}", problem.getMessage());
            failing = true;
            try {
                publisher.fail(problem);
            } catch (RuntimeException | Error e) {
                LOG.error("A defect kept a failure of Mesos-DNS from being told", e);
            }
        }
    }

    /** Any thread. */
    MesosDnsStatus status() {
        Seen now = seen;
        long nanos = ticker.nanos();
        Long goodAt = now.goodAt();
        Optional<Duration> age =
                now.serial() == null ? Optional.empty() : Optional.of(Duration.ofNanos(nanos - now.serialAt()));
        return new MesosDnsStatus(
                now.way(),
                goodAt == null ? Optional.empty() : Optional.of(Duration.ofNanos(nanos - goodAt)),
                Optional.ofNullable(now.serial()),
                age,
                age.isPresent() && age.get().toSeconds() > 3 * now.refreshSeconds());
    }
}
