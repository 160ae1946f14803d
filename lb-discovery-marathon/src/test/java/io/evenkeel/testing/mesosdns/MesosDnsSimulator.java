package io.evenkeel.testing.mesosdns;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.testing.dns.DnsFault;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * A Mesos-DNS in this process that serves what a simulated Marathon runs, over DNS and HTTP on loopback ports.
 *
 * <p>It has loaded once when it is there; what changes at Marathon shows after {@link #refresh}, which the real one does
 * every minute. Every method may be called from any thread. Closing it ends its sockets and threads, not Marathon.
 */
public final class MesosDnsSimulator implements AutoCloseable {

    private final MarathonSimulator marathon;
    private final MesosDnsApi api = new MesosDnsApi(this::zone);
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
    private volatile Predicate<SimulatedTask> registered = task -> true;

    private MesosDnsSimulator(MarathonSimulator marathon) throws IOException {
        this.marathon = marathon;
        this.zone = load(0);
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        this.dns = DnsServer.of(new MesosDnsAnswers(this::zone));
        http.createContext("/", api);
        http.setExecutor(threads);
        http.start();
    }

    /** A Mesos-DNS whose master knows the tasks of this Marathon. */
    public static MesosDnsSimulator of(MarathonSimulator marathon) {
        try {
            return new MesosDnsSimulator(marathon);
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
                        marathon.tasks().stream().filter(registered).toList());
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
    public void registered(Predicate<SimulatedTask> tasks) {
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
        http.stop(0);
        threads.shutdownNow();
        dns.close();
    }
}
