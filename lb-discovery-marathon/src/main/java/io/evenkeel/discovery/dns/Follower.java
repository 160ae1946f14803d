package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who decides when each name is read, and tells the listeners what is known. Everything but {@link #follow} runs on the
 * control thread, which never blocks.
 */
final class Follower {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** How many names may be followed; whoever asks for more has mistaken something else for a name. */
    static final int MOST_NAMES = 10_000;

    private final DnsConfig config;
    private final Resolution resolution;
    private final ScheduledExecutorService control;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final CatalogPublisher publisher;
    private final Map<String, FollowedName> names = new LinkedHashMap<>();
    private @Nullable Catalog published;
    private boolean reported;

    Follower(
            DnsConfig config,
            NameSource source,
            ScheduledExecutorService control,
            Ticker ticker,
            RandomGenerator random,
            CatalogPublisher publisher) {
        this.config = config;
        this.resolution = new Resolution(source, config);
        this.control = control;
        this.ticker = ticker;
        this.random = random;
        this.publisher = publisher;
    }

    /** Begins to follow a service, if nobody has asked for it before. Any thread. */
    void follow(DnsService service) {
        onControl(() -> {
            if (names.containsKey(service.name())) {
                return;
            }
            if (names.size() >= MOST_NAMES) {
                LOG.warn("{} is not followed: {} names are, which is the most", service.name(), MOST_NAMES);
                return;
            }
            FollowedName name = new FollowedName(service, config);
            names.put(service.name(), name);
            read(name);
        });
    }

    /** Publishes that there is nothing to follow; else the first answer is the first catalog. Any thread. */
    void startWithNothing() {
        onControl(() -> {
            if (names.isEmpty()) {
                publish(false);
            }
        });
    }

    private void read(FollowedName name) {
        CompletableFuture<Resolution.Found> reading;
        try {
            reading = resolution.read(name.service(), name.addresses());
        } catch (RuntimeException | Error e) {
            reading = CompletableFuture.failedFuture(e);
        }
        reading.whenComplete((found, failure) -> onControl(() -> {
            Duration pause = config.maxRefresh(); // after a defect, so that one that stays does not fill the log
            try {
                pause = failure == null ? took(name, found) : failed(name, failure);
            } finally {
                later(name, pause);
            }
        }));
    }

    private Duration took(FollowedName name, Resolution.Found found) {
        boolean wasFailing = name.isFailing();
        int before = name.endpoints().size();
        Duration pause = name.read(found, ticker.nanos());
        if (wasFailing) {
            LOG.info("{} can be read again", name.service().query());
        }
        if (found.endpoints().isEmpty() && !name.endpoints().isEmpty()) {
            LOG.info(
                    "{} is read as empty; its {} endpoints stand until another read agrees",
                    name.service().query(),
                    before);
        }
        publish(wasFailing);
        return pause;
    }

    private Duration failed(FollowedName name, Throwable failure) {
        boolean isNews = !name.isFailing();
        Duration pause = name.failed();
        if (isNews) {
            String reason = reason(failure);
            LOG.warn(
                    "{} cannot be read; what was known stands: {}",
                    name.service().query(),
                    reason);
            reported = true;
            publisher.fail(new DiscoveryException(reason, failure));
        }
        if (config.servers().isEmpty()) {
            DnsLookup.reloadSystemServers();
        }
        return pause;
    }

    /* Up to a tenth earlier, so that many clients do not ask together for ever. */
    private void later(FollowedName name, Duration pause) {
        long nanos = Ticker.toNanos(pause);
        long jittered = nanos - random.nextLong(nanos / 10 + 1);
        try {
            control.schedule(() -> read(name), Math.max(config.minRefresh().toNanos(), jittered), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("Closed", e);
        }
    }

    /* The same again is news only after a failure: listeners learn that it is over. */
    private void publish(boolean recovered) {
        List<Snapshot> snapshots = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (FollowedName name : names.values()) {
            if (name.isKnown()) {
                snapshots.add(new Snapshot(service(name.service()), name.endpoints()));
                problems.addAll(name.problems());
            }
        }
        Catalog catalog = Catalog.of(snapshots, problems);
        Catalog before = published;
        boolean same = before != null
                && before.snapshots().equals(catalog.snapshots())
                && before.problems().equals(catalog.problems());
        if (!same || (recovered && reported)) {
            publisher.publish(catalog);
            reported = names.values().stream().anyMatch(FollowedName::isFailing);
            published = catalog; // not if a listener threw an Error, which kept it from the others
        }
    }

    private static Service service(DnsService service) {
        return new Service(
                service.name(), service.name(), "", 0, "", 0, service.protocol(), Map.of(), Map.of(), List.of());
    }

    private void onControl(Runnable work) {
        try {
            control.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) { // the thread goes on with the other names
                    LOG.error("A defect kept an answer from being used", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.trace("Closed", e);
        }
    }

    /** What a failure says, without the wrappers that futures put around it. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }
}
