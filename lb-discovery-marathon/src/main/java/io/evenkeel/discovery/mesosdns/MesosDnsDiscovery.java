package io.evenkeel.discovery.mesosdns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.discovery.dns.AddressFamily;
import io.evenkeel.discovery.dns.DnsLookup;
import io.evenkeel.endpoint.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source that follows everything that Mesos-DNS knows.
 *
 * <p>Thread-safe. A service is called as its tasks are in DNS, {@code web-shop.marathon.mesos}; its further ports have
 * {@code :1}, {@code :2} appended and are also found by {@code web-shop.marathon.mesos:portName}. Where the tasks' ids
 * tell the Marathon application, and no two frameworks have one of that id, the same endpoints are also found under the
 * application's id, {@code /shop/web}, as {@code MarathonDiscovery} reports them. The namespace is the framework's name.
 * Ports of the agent are reached at the agent, those of a container's own network at the container; but of a pod
 * Mesos-DNS does not say which ports are the agent's, so that one with a host port is not reached.
 *
 * <p>Everything is listed over HTTP ({@code /v1/enumerate}, or {@code /v1/axfr}, where ports have no order: an
 * application of several ports then has only those with names, each as {@code name:portName}). Where listings are switched
 * off, or HTTP is not there at all, the names that were {@linkplain #request asked} for are followed, over HTTP or over
 * DNS: {@code web-shop.marathon.mesos}, {@code /shop/web}, either with {@code :portName}. SRV records are asked for over
 * TCP, since Mesos-DNS may cut UDP answers without saying so.
 *
 * <p>What cannot be read changes nothing; a framework that had tasks and has none, or has lost most of its applications at
 * once, is believed after {@link MesosDnsConfig#emptyConfirmation}. Mesos-DNS serves what it knows for ever while the Mesos master is away:
 * {@link #status} tells by the serial number. Listeners are called on a thread of this source.
 */
public final class MesosDnsDiscovery implements Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(MesosDnsDiscovery.class);
    private static final int MOST_NAMES = 10_000;

    private final MesosDnsConfig config;
    private final Ticker ticker;
    private final CatalogPublisher publisher = new CatalogPublisher();
    private final Map<String, WantedName> asked = new LinkedHashMap<>();
    private @Nullable Work work;
    private MesosDnsStatus lastStatus =
            new MesosDnsStatus(MesosDnsStatus.Way.NONE, Optional.empty(), Optional.empty(), Optional.empty(), false);
    private boolean closed;

    /** What there is while it works. */
    private record Work(
            ScheduledThreadPoolExecutor reading,
            ScheduledThreadPoolExecutor timers,
            MesosDnsClient client,
            DnsLookup lookup,
            ReadLoop loop) {}

    MesosDnsDiscovery(MesosDnsConfig config, Ticker ticker) {
        this.config = requireNonNull(config, "config");
        this.ticker = ticker;
    }

    /**
     * A source that follows a Mesos-DNS.
     *
     * @param config where it is and how patient to be
     * @return the source, at work from the first watcher on
     */
    public static MesosDnsDiscovery of(MesosDnsConfig config) {
        return new MesosDnsDiscovery(config, Ticker.system());
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        Subscription subscription = publisher.subscribe(listener);
        synchronized (this) {
            if (work == null && !closed) {
                work = start();
            }
        }
        return subscription;
    }

    private Work start() {
        ScheduledThreadPoolExecutor reading = new ScheduledThreadPoolExecutor(1, task -> thread(task, "read"));
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> thread(task, "timer"));
        reading.setRemoveOnCancelPolicy(true);
        timers.setRemoveOnCancelPolicy(true);
        MesosDnsClient client = new MesosDnsClient(config, timers);
        DnsLookup lookup =
                new DnsLookup(config.effectiveDnsServers(), config.dnsTimeout(), 1, true, AddressFamily.PREFER_IPV4);
        ReadLoop loop = new ReadLoop(
                config, new ZoneSource(config, client, lookup), reading, ticker, new SplittableRandom(), publisher);
        asked.values().forEach(name -> reading.execute(() -> loop.want(name)));
        reading.execute(loop::round);
        return new Work(reading, timers, client, lookup, loop);
    }

    private static Thread thread(Runnable work, String role) {
        Thread thread = new Thread(work, "evenkeel-mesosdns-" + role);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Notes that somebody asks for a service, which matters where Mesos-DNS cannot list all of them.
     *
     * @param service {@code task.framework.domain} or a Marathon id, either with {@code :portName}; anything else is ignored
     */
    @Override
    public void request(String service) {
        WantedName name = WantedName.of(service, config).orElse(null);
        if (name == null) {
            return;
        }
        synchronized (this) {
            if (closed || asked.size() >= MOST_NAMES || asked.putIfAbsent(service, name) != null || work == null) {
                return;
            }
            ReadLoop loop = work.loop();
            try {
                work.reading().execute(() -> loop.want(name));
            } catch (RejectedExecutionException e) {
                LOG.trace("Closed", e);
            }
        }
    }

    /**
     * How this source is doing.
     *
     * @return as of now, or as of the close
     */
    public synchronized MesosDnsStatus status() {
        if (work != null) {
            lastStatus = work.loop().status();
        }
        return lastStatus;
    }

    @Override
    public void close() {
        publisher.close();
        Work last;
        synchronized (this) {
            status();
            closed = true;
            last = work;
            work = null;
        }
        if (last != null) {
            last.reading().shutdownNow();
            last.client().close();
            last.lookup().close();
            last.timers().shutdownNow();
        }
    }

    @Override
    public String toString() {
        return "MesosDnsDiscovery" + config.hosts();
    }
}
