package io.evenkeel.discovery.mesosdns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Redacted;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking half: one GET over the hosts, whoever answered last first, with limits on time and size.
 *
 * <p>Used by the reading thread, which it blocks for one timeout per host at most. {@link #close} may come from any thread
 * and ends what is under way.
 */
final class MesosDnsClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MesosDnsClient.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MesosDnsConfig config;
    private final ScheduledExecutorService timers;
    private final ExecutorService threads;
    private final HttpClient http;
    private int first;
    private volatile boolean closed;
    private volatile @Nullable Runnable inFlight;

    /** An answer and who gave it. */
    record Answer(URI host, JsonNode json) {}

    MesosDnsClient(MesosDnsConfig config, ScheduledExecutorService timers) {
        this.config = config;
        this.timers = timers;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "evenkeel-mesosdns-http-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        this.http = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(config.timeout())
                .executor(threads)
                .build();
    }

    /**
     * Asks the hosts, one after the other, until one answers.
     *
     * @return the answer; empty if a host says that there is no such resource (404)
     * @throws DiscoveryException if none answers; the message says what was wrong with each
     */
    Optional<Answer> get(String path) {
        List<String> reasons = new ArrayList<>();
        List<URI> hosts = config.hosts();
        int begin = first;
        for (int i = 0; i < hosts.size(); i++) {
            int index = (begin + i) % hosts.size();
            URI host = hosts.get(index);
            try {
                Optional<Answer> answer = ask(host, URI.create(host + path)).map(json -> new Answer(host, json));
                first = index;
                return answer;
            } catch (IOException e) {
                reasons.add(Redacted.uri(host) + path + ": " + e.getMessage());
            }
        }
        throw new DiscoveryException(String.join("; ", reasons));
    }

    private Optional<JsonNode> ask(URI host, URI uri) throws IOException {
        long deadline = System.nanoTime() + config.timeout().toNanos();
        HttpResponse<InputStream> response = head(HttpRequest.newBuilder(uri)
                .header("Accept", "application/json")
                .timeout(config.timeout())
                .build());
        InputStream body = response.body();
        AtomicBoolean late = new AtomicBoolean();
        Future<?> timer = null;
        inFlight = () -> close(body);
        try (body) {
            if (closed) {
                throw new IOException("closed");
            }
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode() + " (expected: 200)");
            }
            timer = timers.schedule(
                    () -> {
                        late.set(true);
                        close(body);
                    },
                    Math.max(1, deadline - System.nanoTime()),
                    TimeUnit.NANOSECONDS);
            JsonNode json = JSON.readTree(new Limited(body, config.maxAnswerBytes()));
            if (json == null || json.isMissingNode()) {
                throw new IOException("an empty answer (expected: JSON)");
            }
            return Optional.of(json);
        } catch (IOException e) {
            LOG.debug("{} gave no answer", host, e);
            String what = late.get() ? "not complete within " + config.timeout().toMillis() + " ms" : line(e);
            throw new IOException(what, e);
        } finally {
            inFlight = null;
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }

    private HttpResponse<InputStream> head(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> answer = http.sendAsync(request, BodyHandlers.ofInputStream());
        boolean taken = false;
        inFlight = () -> answer.cancel(true);
        try {
            if (closed) {
                throw new IOException("closed");
            }
            HttpResponse<InputStream> response = answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
            taken = true;
            return response;
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + config.timeout().toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() instanceof ConnectException ? "no connection" : line(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (CancellationException e) {
            throw new IOException("closed", e);
        } finally {
            inFlight = null;
            if (!taken) {
                CompletableFuture<Void> unused = answer.thenAccept(late -> close(late.body()));
                answer.cancel(true);
            }
        }
    }

    private static String line(@Nullable Throwable failure) {
        String message = failure == null ? null : failure.getMessage();
        return message == null || message.isBlank()
                ? String.valueOf(failure)
                : message.strip().lines().findFirst().orElse(message);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.trace("Closing an answer failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        Runnable cancel = inFlight;
        if (cancel != null) {
            cancel.run();
        }
        threads.shutdown();
    }

    /** Fails once more bytes come than allowed. */
    private static final class Limited extends FilterInputStream {

        private final long limit;
        private long left;

        Limited(InputStream in, long limit) {
            super(in);
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int got = super.read(target, offset, length);
            count(Math.max(0, got));
            return got;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("longer than " + limit + " bytes");
            }
        }
    }
}
