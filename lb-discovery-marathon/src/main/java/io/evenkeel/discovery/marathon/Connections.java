package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.endpoint.Ticker;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a source has while it is at work: its threads, its HTTP client, and the parts that they drive.
 *
 * <p>One thread decides ({@code control}), one reads and calls the listeners ({@code fetch}), up to four look names up
 * ({@code resolve}), and the HTTP client has its own ({@code http}), so that neither a slow answer, nor a slow name
 * server, nor a busy stream holds up the rest.
 */
final class Connections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int RESOLVERS = 4;
    /** For how long the first answer is waited for before what was known before is published. */
    private static final Duration SLOW_START = Duration.ofSeconds(2);

    private final ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1, Threads.named("control"));
    private final ExecutorService fetching = Executors.newSingleThreadExecutor(Threads.named("fetch"));
    private final ThreadPoolExecutor resolving = new ThreadPoolExecutor(
            RESOLVERS, RESOLVERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.named("resolve"));
    private final ExecutorService httpThreads = Executors.newCachedThreadPool(Threads.named("http"));
    private final @Nullable SnapshotFile saved;
    private final MarathonClient client;
    private final Publication publication;
    private final CatalogReader reader;
    private final ControlLoop loop;

    Connections(
            MarathonConfig config,
            HostLookup lookup,
            Ticker ticker,
            RandomGenerator random,
            CatalogPublisher publisher) {
        control.setRemoveOnCancelPolicy(true);
        resolving.allowCoreThreadTimeOut(true);
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(config.connectTimeout())
                .executor(httpThreads);
        config.tls().ifPresent(http::sslContext);
        HttpClient httpClient = http.build();
        HttpTarget target = new HttpTarget(config, authorization(config, httpClient, random));
        HostRing ring = new HostRing(config.hosts());
        this.client = new MarathonClient(httpClient, config, target, ring, control);
        FrameworkName name = new FrameworkName(client, config.namespace(), ticker);
        boolean sixFirst = config.preferIpv6();
        HostResolver hosts = new HostResolver(lookup, resolving, control, ticker, sixFirst, this::namesChanged);
        ReadinessMemory readiness = new ReadinessMemory(ticker);
        Inventory inventory = new Inventory(hosts, new HealthMemory(), readiness, new Absences(ticker), sixFirst);
        this.saved = config.snapshotFile()
                .map(file -> SnapshotFile.at(file, config.snapshotMaxAge()))
                .orElse(null);
        this.publication = new Publication(publisher, saved, config, ticker);
        this.reader = new CatalogReader(client, config, name, inventory, readiness, publication, httpThreads, ticker);
        this.loop = new ControlLoop(
                config,
                control,
                fetching,
                ticker,
                random,
                new HttpEventTransport(httpClient, target, ring),
                reader,
                name::expire);
        control.execute(loop::start);
        if (saved != null) {
            control.schedule(
                    () -> httpThreads.execute(publication::publishSaved), SLOW_START.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    static @Nullable Authorization authorization(MarathonConfig config, HttpClient http, RandomGenerator random) {
        Credentials credentials = config.credentials().orElse(null);
        if (credentials instanceof BasicCredentials basic) {
            return new Authorization.Fixed(basic.header());
        }
        if (credentials instanceof CredentialFile file) {
            return new Authorization.OfFile(file);
        }
        return credentials instanceof ServiceAccount account
                ? new DcosLogin(account, http, DcosLogin.PATIENCE, Clock.systemUTC(), random)
                : null;
    }

    MarathonStatus status() {
        return loop.status(publication.generation(), reader.sinceLastGood());
    }

    /** Has everything read anew. */
    void readAgain() {
        try {
            control.execute(loop::readAgain);
        } catch (RejectedExecutionException e) {
            LOG.trace("Somebody wanted to read again after the close", e);
        }
    }

    private void namesChanged() {
        try {
            control.execute(loop::judgeAgain);
        } catch (RejectedExecutionException e) {
            LOG.trace("A name was found after the close", e);
        }
    }

    @Override
    public void close() {
        Future<?> stopped = control.submit(loop::stop);
        try {
            stopped.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The event stream could not be ended in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        control.shutdownNow();
        fetching.shutdownNow();
        client.abort();
        resolving.shutdownNow();
        if (saved != null) {
            saved.close();
        }
        httpThreads.shutdown();
    }
}
