package io.evenkeel.discovery.file;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.EmptyAnswerGuard;
import io.evenkeel.discovery.FileFailure;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source that reads a file and follows its changes:
 * {@code [{"targets": ["10.0.0.1:80"], "labels": {"service": "web", "weight": "3"}}]}.
 *
 * <p>Thread-safe. The file is polled from the first watcher on; listeners are called on the polling thread. An entry
 * without the label {@code service} (or {@code job}) belongs to a service named like the file without its extension. A
 * file that cannot be read or understood changes nothing, and an empty list must be read twice. Names are looked up anew
 * every 30 seconds and keep their last address while they cannot be found.
 */
public final class FileDiscovery implements Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(FileDiscovery.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOOKUPS = Duration.ofSeconds(30);
    private static final int LONGEST = 64 * 1024 * 1024;

    private final Path file;
    private final String defaultService;
    private final @Nullable ScheduledExecutorService scheduler;
    private final Duration interval;
    private final TargetHosts hosts;
    private final CatalogPublisher publisher = new CatalogPublisher();
    private final EmptyAnswerGuard guard = new EmptyAnswerGuard();

    private @Nullable ScheduledExecutorService own;
    private @Nullable Future<?> polling;
    private boolean closed;

    /* Polling thread only. */
    private @Nullable FileStamp stamp;
    private boolean settled;
    private byte @Nullable [] content;
    private boolean unresolved;
    private @Nullable Catalog published;
    private boolean failing;

    FileDiscovery(Path file, @Nullable ScheduledExecutorService scheduler, Duration interval, TargetHosts hosts) {
        this.file = requireNonNull(file, "file");
        this.scheduler = scheduler;
        this.interval = interval;
        this.hosts = hosts;
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        this.defaultService = dot > 0 ? name.substring(0, dot) : name;
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: > 0)");
        }
    }

    /**
     * A source that looks at a file every second, on a daemon thread of its own.
     *
     * @param file need not exist yet
     * @return the source, at work from the first watcher on
     */
    public static FileDiscovery of(Path file) {
        return new FileDiscovery(file, null, INTERVAL, systemHosts());
    }

    /**
     * A source that looks at a file on somebody else's scheduler.
     *
     * @param file need not exist yet
     * @param scheduler runs the polls, which read the file and may look names up; not closed by the source
     * @param interval between polls
     * @return the source, at work from the first watcher on
     */
    public static FileDiscovery of(Path file, ScheduledExecutorService scheduler, Duration interval) {
        return new FileDiscovery(file, requireNonNull(scheduler, "scheduler"), interval, systemHosts());
    }

    private static TargetHosts systemHosts() {
        return new TargetHosts(host -> InetAddress.getAllByName(host)[0], Ticker.system(), LOOKUPS);
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        Subscription subscription = publisher.subscribe(listener);
        synchronized (this) {
            if (polling == null && !closed) {
                ScheduledExecutorService runner = scheduler;
                if (runner == null) {
                    runner = Executors.newSingleThreadScheduledExecutor(FileDiscovery::thread);
                    own = runner;
                }
                polling = runner.scheduleWithFixedDelay(this::poll, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
        return subscription;
    }

    @Override
    public void close() {
        publisher.close();
        synchronized (this) {
            closed = true;
            if (polling != null) {
                polling.cancel(false);
            }
            if (own != null) {
                own.shutdownNow();
            }
        }
    }

    private void poll() {
        try {
            FileStamp newStamp = FileStamp.of(file);
            boolean touched = !newStamp.equals(stamp);
            if (touched || !settled || hosts.isDue()) {
                read(newStamp);
                settled = !touched;
            }
        } catch (IOException | RuntimeException | Error e) {
            stamp = null;
            failQuietly(e);
        }
    }

    /* Whatever is thrown out of a poll, a listener's Error too, would be the last poll. */
    private void failQuietly(Throwable e) {
        try {
            fail(e);
        } catch (RuntimeException | Error defect) {
            LOG.error("A defect kept a failure of {} from being told", file, defect);
        }
    }

    /*
     * Clocks of file systems are coarse: a file can change twice within one tick and keep its length. So it is read once
     * more after a whole interval without a visible change, and only its content decides.
     */
    private void read(FileStamp newStamp) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        }
        if (bytes.length > LONGEST) {
            throw new IOException("longer than " + LONGEST + " bytes");
        }
        if (unresolved || hosts.isDue() || !Arrays.equals(bytes, content)) {
            FileTargets.Parsed parsed = FileTargets.parse(bytes, defaultService, hosts);
            if (guard.accept(parsed.catalog())) {
                content = bytes;
                unresolved = parsed.unresolved();
                publish(parsed.catalog());
            } else {
                LOG.warn("{} is suddenly empty; what was known stands until a second read agrees", file);
            }
        } else if (failing && published != null) {
            publish(published);
        }
        stamp = unresolved ? null : newStamp; // a name that cannot be found now may be found soon
        if (failing) {
            failing = false;
            LOG.info("{} can be read again", file);
        }
    }

    /* The same again is news only after a failure: listeners learn that it is over. */
    private void publish(Catalog catalog) {
        Catalog before = published;
        boolean same = before != null
                && before.snapshots().equals(catalog.snapshots())
                && before.problems().equals(catalog.problems());
        if (!same || failing) {
            published = catalog;
            publisher.publish(catalog);
        }
    }

    private void fail(Throwable e) {
        DiscoveryException problem = new DiscoveryException(file + ": " + FileFailure.reason(e), e);
        if (!failing) {
            LOG.warn("{} cannot be used; what was known stands: {}", file, e.toString());
        }
        failing = true;
        publisher.fail(problem);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "evenkeel-file");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String toString() {
        return "FileDiscovery[" + file + "]";
    }
}
