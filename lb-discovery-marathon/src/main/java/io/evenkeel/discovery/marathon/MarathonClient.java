package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Redacted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking half: one GET over the hosts in their order, and the checks without which an answer is not one.
 *
 * <p>Used by the fetching thread, which it blocks, but never for longer than the configured timeouts per host: a node that
 * accepts and stays silent, or stops in the middle, is as bad as one that is down. {@link #abort} may come from any
 * thread.
 */
final class MarathonClient {

    private static final Logger LOG = LoggerFactory.getLogger(MarathonClient.class);
    private static final int MOST_REDIRECTS = 3;

    /** Reads the body of an answer that is what it should be. */
    @FunctionalInterface
    interface BodyReader<T> {

        T read(InputStream body) throws IOException;
    }

    private final HttpClient http;
    private final HttpTarget target;
    private final HostRing ring;
    private final ScheduledExecutorService timers;
    private final Duration fetchTimeout;
    private final long maxBytes;
    private volatile @Nullable Runnable inFlight;
    private volatile boolean aborted;
    private volatile boolean abandoned;
    private volatile String leader = "";

    MarathonClient(
            HttpClient http, MarathonConfig config, HttpTarget target, HostRing ring, ScheduledExecutorService timers) {
        this.http = http;
        this.target = target;
        this.ring = ring;
        this.timers = timers;
        this.fetchTimeout = config.fetchTimeout();
        this.maxBytes = config.maxAnswerBytes();
    }

    /**
     * Asks the hosts, one after the other, until one gives a good answer.
     *
     * @param sameEverywhere whether any host would refuse what one refuses
     * @throws DiscoveryException if none does; the message names each URL and what was wrong with it
     */
    <T> T get(String pathAndQuery, boolean sameEverywhere, Duration headTimeout, BodyReader<T> reader) {
        DiscoveryException failure = null;
        abandoned = false;
        for (URI host : ring.inOrder()) {
            URI uri = URI.create(host + pathAndQuery);
            try {
                T answer = getFrom(uri, headTimeout, reader);
                ring.good(host);
                return answer;
            } catch (DiscoveryException e) {
                int status = e instanceof WrongStatusException wrong ? wrong.status() : 0;
                boolean refused = status / 100 == 4 && status != 408 && status != 429;
                if (status == 401 || (refused && sameEverywhere)) {
                    throw e;
                }
                failure = failure == null ? e : both(failure, e);
            }
            if (aborted || abandoned) { // which says nothing of the host
                break;
            }
            ring.bad(host);
        }
        throw failure == null ? new DiscoveryException(pathAndQuery + ": no host") : failure;
    }

    /** Who is the leader, as the newest good answer has it; empty if it does not say. Any thread. */
    String leader() {
        return leader;
    }

    /** Ends whatever is under way and refuses everything else. */
    void abort() {
        aborted = true;
        abandon();
    }

    /** Ends whatever is under way; it fails, with no further host asked. */
    void abandon() {
        abandoned = true;
        Runnable cancel = inFlight;
        if (cancel != null) {
            cancel.run();
        }
    }

    private <T> T getFrom(URI first, Duration headTimeout, BodyReader<T> reader) {
        URI uri = first;
        boolean again = false;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpRequest request = await(uri, target.get(uri, "application/json", true), headTimeout, unsent -> {});
            HttpResponse<InputStream> response = await(
                    uri,
                    http.sendAsync(request, BodyHandlers.ofInputStream()),
                    headTimeout,
                    late -> close(late.body()));
            int status = response.statusCode();
            String location = response.headers().firstValue("Location").orElse("");
            if (status == 401) {
                close(response.body());
                if (again || !target.refused(request)) {
                    throw new WrongStatusException(Redacted.uri(uri), status, target.whyRefused(request));
                }
                again = true;
                continue;
            }
            if (status / 100 != 3 || location.isEmpty()) {
                return body(uri, response, reader);
            }
            close(response.body());
            try {
                uri = HttpTarget.follow(uri, location);
            } catch (IllegalArgumentException e) {
                throw wrong(uri, e.getMessage(), e);
            }
        }
        throw wrong(first, "more than " + MOST_REDIRECTS + " redirects", null);
    }

    /* What comes in the very moment in which nobody waits any more must be closed, or its connection stays. */
    private <T> T await(URI uri, CompletableFuture<T> answer, Duration timeout, Consumer<T> late) {
        boolean taken = false;
        inFlight = () -> answer.cancel(true);
        try {
            if (aborted) {
                throw wrong(uri, "closed", null);
            }
            T inTime = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            taken = true;
            return inTime;
        } catch (TimeoutException e) {
            throw wrong(uri, "no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DiscoveryException known
                    ? known
                    : wrong(uri, reason(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw wrong(uri, "interrupted", e);
        } catch (CancellationException e) {
            throw wrong(uri, "closed", e);
        } finally {
            inFlight = null;
            if (!taken) {
                CompletableFuture<Void> unused = answer.thenAccept(late);
                answer.cancel(true);
            }
        }
    }

    private <T> T body(URI uri, HttpResponse<InputStream> response, BodyReader<T> reader) {
        InputStream raw = response.body();
        AtomicBoolean late = new AtomicBoolean();
        inFlight = () -> close(raw);
        Future<?> timer = null;
        try {
            timer = timers.schedule(
                    () -> {
                        late.set(true);
                        close(raw);
                    },
                    fetchTimeout.toNanos(),
                    TimeUnit.NANOSECONDS);
            if (aborted || abandoned) { // between the head and the moment in which there was something to close
                throw wrong(uri, "closed", null);
            }
            check(uri, response);
            boolean gzip =
                    response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
            try (InputStream plain = gzip ? new GZIPInputStream(raw, 16 * 1024) : raw) {
                T answer = reader.read(new LimitedInputStream(plain, maxBytes));
                leader = response.headers().firstValue("X-Marathon-Leader").orElse("");
                // neither a reader nor gzip goes to the very end, and only a connection that was read out is used again
                new LimitedInputStream(raw, maxBytes).transferTo(OutputStream.nullOutputStream());
                return answer;
            }
        } catch (IOException e) {
            String what = late.get() ? "not complete within " + fetchTimeout.toMillis() + " ms" : reason(e);
            throw wrong(uri, what, e);
        } catch (RejectedExecutionException e) {
            throw wrong(uri, "closed", e);
        } finally {
            if (timer != null) {
                timer.cancel(false);
            }
            inFlight = null;
            close(raw);
        }
    }

    private static void check(URI uri, HttpResponse<?> response) {
        String type = response.headers().firstValue("Content-Type").orElse("none");
        if (response.statusCode() != 200) {
            throw new WrongStatusException(Redacted.uri(uri), response.statusCode(), "");
        }
        if (!type.toLowerCase(Locale.ROOT).contains("json")) {
            throw wrong(uri, "content type " + type + " (expected: application/json)", null);
        }
    }

    private static DiscoveryException both(DiscoveryException first, DiscoveryException second) {
        DiscoveryException both = new DiscoveryException(first.getMessage() + "; " + second.getMessage(), first);
        both.addSuppressed(second);
        return both;
    }

    private static DiscoveryException wrong(URI uri, @Nullable String what, @Nullable Throwable cause) {
        return new DiscoveryException(Redacted.uri(uri) + ": " + what, cause);
    }

    static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown";
        }
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message.strip().lines().findFirst().orElse(message);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "the host name has no address";
            }
        }
        if (failure instanceof ConnectException) { // the JDK's client gives it no message
            return "no connection";
        }
        return failure.getClass().getSimpleName();
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.trace("Closing an answer failed", e);
        }
    }
}
