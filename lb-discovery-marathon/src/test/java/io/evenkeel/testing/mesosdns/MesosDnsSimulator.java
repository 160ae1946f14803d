package io.evenkeel.testing.mesosdns;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.testing.dns.DnsFault;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.MesosTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Mesos-DNS in this process that serves what a simulated Marathon runs, over DNS and HTTP on loopback ports.
 *
 * <p>It has loaded once when it is there; what changes at Marathon shows after {@link #refresh}, which the real one does
 * every minute; with an interval and a timer it does so by itself. Every method may be called from any thread. Closing it ends its sockets and threads, not Marathon.
 */
public final class MesosDnsSimulator implements AutoCloseable {

    private static final Duration REFRESH = Duration.ofMinutes(1);

    private final MarathonSimulator marathon;
    private final MesosDnsApi api;
    private final @Nullable Future<?> refreshing;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "mesos-dns-http");
        thread.setDaemon(true);
        return thread;
    });
    private final DnsServer dns;
    private final HttpServer http;
    private volatile MesosZone zone;
    private volatile boolean masterAway;
    private volatile boolean frameworksEmpty;
    private volatile Predicate<MesosTask> registered = task -> true;

    private MesosDnsSimulator(MarathonSimulator marathon, Duration interval, @Nullable ScheduledExecutorService timer)
            throws IOException {
        this.marathon = marathon;
        this.api = new MesosDnsApi(this::zone, interval.toSeconds());
        this.zone = load(0);
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        this.dns = DnsServer.of(new MesosDnsAnswers(this::zone));
        http.createContext("/", api);
        http.setExecutor(threads);
        http.start();
        long nanos = interval.toNanos();
        this.refreshing =
                timer == null ? null : timer.scheduleAtFixedRate(this::refresh, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** A Mesos-DNS whose master knows the tasks of this Marathon. */
    public static MesosDnsSimulator of(MarathonSimulator marathon) {
        return of(marathon, REFRESH, null);
    }

    /** One that loads the state again and again; without a timer only when it is told to. */
    public static MesosDnsSimulator of(
            MarathonSimulator marathon, Duration interval, @Nullable ScheduledExecutorService timer) {
        try {
            return new MesosDnsSimulator(marathon, interval, timer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the HTTP API is, such as {@code http://127.0.0.1:8123}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Where it listens for DNS, over UDP and TCP. */
    public InetSocketAddress dnsAddress() {
        return dns.address();
    }

    /** Loads the state of the master, with a new serial number; nothing happens while the master is away. */
    public synchronized void refresh() {
        if (!masterAway) {
            zone = load(zone.serial());
        }
    }

    private MesosZone load(long lastSerial) {
        MesosZone next = new MesosZone(Math.max(lastSerial + 1, Instant.now().getEpochSecond()));
        return frameworksEmpty
                ? next
                : next.with(
                        marathon.frameworkName(),
                        marathon.mesosTasks().stream().filter(registered).toList());
    }

    /** The serial number of what is served. */
    public long serial() {
        return zone.serial();
    }

    /** Whether the master cannot be reached: what was loaded is served for ever. */
    public void masterAway(boolean away) {
        masterAway = away;
    }

    /** Whether the master, just elected, knows no framework yet; shows after a refresh. */
    public void frameworksEmpty(boolean empty) {
        frameworksEmpty = empty;
    }

    /** Which tasks the master knows, of whose agents some may not have registered again; all at first. */
    public void registered(Predicate<MesosTask> tasks) {
        registered = tasks;
    }

    /** Whether there is {@code /v1/enumerate}, as at first; the real one switches it together with axfr. */
    public void enumerate(boolean on) {
        api.enumerate(on);
    }

    /** Whether there is {@code /v1/axfr}, as at first. */
    public void axfr(boolean on) {
        api.axfr(on);
    }

    /** Whether UDP answers that were cut to less than 512 bytes say so, as at first. */
    public void truncateBit(boolean on) {
        dns.fault(on ? DnsFault.NONE : DnsFault.CUT_SILENTLY);
    }

    /** Closes the HTTP port for good. */
    public void httpOff() {
        http.stop(0);
    }

    /** The paths that were asked for over HTTP, oldest first. */
    public List<String> requests() {
        return api.requests();
    }

    /** The questions that were asked over DNS, oldest first. */
    public List<DnsServer.Question> questions() {
        return dns.questions();
    }

    private MesosZone zone() {
        return zone;
    }

    @Override
    public void close() {
        if (refreshing != null) {
            refreshing.cancel(false);
        }
        http.stop(0);
        threads.shutdownNow();
        dns.close();
    }
}
