package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.EmptyAnswerGuard;
import io.evenkeel.endpoint.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One read of everything, from the question to the published catalog. Used by the fetching thread, which also calls the
 * listeners.
 *
 * <p>An answer that says what is known already is not published again, unless a failure was reported in between: then
 * listeners learn that it is over.
 */
final class CatalogReader implements ControlLoop.Reader {

    private static final String APPS = "/v2/apps?embed=apps.tasks&embed=apps.readiness";

    private final MarathonClient client;
    private final Duration responseTimeout;
    private final FrameworkName name;
    private final CatalogBuilder builder;
    private final CatalogPublisher publisher;
    private final Ticker ticker;
    private final EmptyAnswerGuard guard = new EmptyAnswerGuard();
    private final AtomicLong generation = new AtomicLong();
    private volatile @Nullable Long lastGood;
    private @Nullable Catalog published;
    private boolean failed;

    CatalogReader(
            MarathonClient client,
            Duration responseTimeout,
            FrameworkName name,
            CatalogBuilder builder,
            CatalogPublisher publisher,
            Ticker ticker) {
        this.client = client;
        this.responseTimeout = responseTimeout;
        this.name = name;
        this.builder = builder;
        this.publisher = publisher;
        this.ticker = ticker;
    }

    /** How many catalogs were published. Any thread. */
    long generation() {
        return generation.get();
    }

    /** The age of the newest good answer. Any thread. */
    Optional<Duration> sinceLastGood() {
        Long good = lastGood;
        return good == null ? Optional.empty() : Optional.of(Duration.ofNanos(ticker.nanos() - good));
    }

    @Override
    public ControlLoop.Result read() {
        try {
            String namespace = name.current();
            AppsParser.Answer answer = client.get(APPS, responseTimeout, CatalogReader::understood);
            Catalog catalog = builder.build(answer, namespace);
            if (!guard.accept(catalog)) {
                return ControlLoop.Result.doubted();
            }
            builder.forgetOthers(answer);
            lastGood = ticker.nanos();
            publish(catalog);
            return ControlLoop.Result.good(catalog.toString());
        } catch (DiscoveryException e) {
            failed = true;
            publisher.fail(e);
            return ControlLoop.Result.failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            failed = true;
            publisher.fail(new DiscoveryException("Marathon's answer could not be used: " + e, e));
            throw e;
        }
    }

    /* An answer of which nothing can be understood does not say that there is nothing. */
    private static AppsParser.Answer understood(InputStream body) throws IOException {
        AppsParser.Answer answer = AppsParser.parse(body);
        if (answer.apps().isEmpty() && !answer.problems().isEmpty()) {
            throw new IOException("apps: none can be understood (expected: at least one); first problem: "
                    + answer.problems().get(0));
        }
        return answer;
    }

    private void publish(Catalog catalog) {
        Catalog before = published;
        boolean same = before != null
                && before.snapshots().equals(catalog.snapshots())
                && before.problems().equals(catalog.problems());
        if (!same || failed) {
            published = catalog;
            failed = false;
            generation.incrementAndGet();
            publisher.publish(catalog);
        }
    }
}
