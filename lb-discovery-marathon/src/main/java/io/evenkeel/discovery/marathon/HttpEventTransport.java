package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Opens event streams over HTTP.
 *
 * <p>No thread waits for a stream: bytes are handed over by the HTTP client's threads as they come. Redirects to the
 * leader are followed here. Standbys before 1.7 pass the leader's stream on instead, and hold it back in their buffers: then
 * the leader is asked directly, unless it could not be reached by the name that it gives itself.
 */
final class HttpEventTransport implements EventTransport {

    private static final int MOST_REDIRECTS = 3;

    private final HttpClient http;
    private final HttpTarget target;
    private final HostRing ring;
    private volatile String unreachable = "";

    HttpEventTransport(HttpClient http, HttpTarget target, HostRing ring) {
        this.http = http;
        this.target = target;
        this.ring = ring;
    }

    @Override
    public Runnable open(Receiver receiver) {
        URI host = ring.first();
        Connection connection = new Connection(host, receiver);
        connection.prepare(URI.create(host + "/v2/events?" + EventTypes.query()), 0, true);
        return connection::cancel;
    }

    private final class Connection implements Flow.Subscriber<List<ByteBuffer>> {

        private final URI host;
        private final Receiver receiver;
        private @Nullable CompletableFuture<?> answer;
        private Flow.@Nullable Subscription subscription;
        private volatile String direct = "";
        private boolean cancelled;
        private boolean ended;

        Connection(URI host, Receiver receiver) {
            this.host = host;
            this.receiver = receiver;
        }

        void prepare(URI uri, int redirects, boolean mayRepeat) {
            CompletableFuture<HttpRequest> prepared = target.get(uri, "text/event-stream", false);
            if (!hold(prepared)) {
                return;
            }
            CompletableFuture<?> unused = prepared.whenComplete((request, failure) -> {
                if (failure != null) {
                    fail(MarathonClient.reason(cause(failure)));
                } else {
                    send(request, redirects, mayRepeat);
                }
            });
        }

        private void send(HttpRequest request, int redirects, boolean mayRepeat) {
            URI uri = request.uri();
            CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent =
                    http.sendAsync(request, BodyHandlers.ofPublisher());
            if (!hold(sent)) {
                sent.cancel(true);
                return;
            }
            sent.whenComplete((response, failure) -> {
                if (failure != null) {
                    fail(Redacted.uri(uri) + ": " + MarathonClient.reason(cause(failure)));
                } else {
                    judge(request, response, redirects, mayRepeat);
                }
            });
        }

        private void judge(
                HttpRequest request,
                HttpResponse<Flow.Publisher<List<ByteBuffer>>> response,
                int redirects,
                boolean mayRepeat) {
            URI uri = request.uri();
            int status = response.statusCode();
            String location = response.headers().firstValue("Location").orElse("");
            String type = response.headers().firstValue("Content-Type").orElse("none");
            if (status / 100 == 3 && !location.isEmpty() && redirects < MOST_REDIRECTS) {
                response.body().subscribe(new Discarding());
                follow(uri, location, redirects, mayRepeat);
            } else if (status == 401) {
                response.body().subscribe(new Discarding());
                if (mayRepeat && target.refused(request)) {
                    prepare(uri, redirects, false);
                } else {
                    noteUnreachable();
                    end(Redacted.uri(uri) + ": status 401 (expected: 200)" + target.whyRefused(request));
                }
            } else if (status != 200 || !type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
                response.body().subscribe(new Discarding());
                fail(Redacted.uri(uri) + ": status " + status + ", content type " + type
                        + " (expected: 200 and text/event-stream)");
            } else if (isPassedOn(response) && direct.isEmpty()) {
                response.body().subscribe(new Discarding());
                direct = leader(response);
                follow(uri, direct + "/v2/events?" + EventTypes.query(), redirects, true);
            } else {
                direct = "";
                ring.good(host);
                receiver.opened(uri, leader(response));
                response.body().subscribe(this);
            }
        }

        private void follow(URI from, String location, int redirects, boolean mayRepeat) {
            try {
                prepare(HttpTarget.follow(from, location), redirects + 1, mayRepeat);
            } catch (IllegalArgumentException e) {
                fail(Redacted.uri(from) + ": " + e.getMessage());
            }
        }

        private boolean isPassedOn(HttpResponse<?> response) {
            String leader = leader(response);
            return response.headers().firstValue("X-Marathon-Via").isPresent()
                    && leader.matches("https?://[^/?#@\\s]+")
                    && !leader.equals(unreachable);
        }

        private static String leader(HttpResponse<?> response) {
            return response.headers().firstValue("X-Marathon-Leader").orElse("");
        }

        private void fail(String reason) {
            if (!noteUnreachable()) {
                ring.bad(host);
            }
            end(reason);
        }

        private boolean noteUnreachable() {
            String leader = direct;
            if (!leader.isEmpty()) {
                unreachable = leader;
            }
            return !leader.isEmpty();
        }

        private void end(String reason) {
            synchronized (this) {
                ended = true;
            }
            receiver.closed(reason);
        }

        private synchronized boolean hold(CompletableFuture<?> sent) {
            answer = sent;
            return !cancelled;
        }

        private synchronized boolean hold(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            return !cancelled;
        }

        /* Giving up on a connection that has not ended by itself means that the host is silent: try another. */
        synchronized void cancel() {
            cancelled = true;
            if (!ended && !noteUnreachable()) {
                ring.bad(host);
            }
            if (answer != null) {
                answer.cancel(true);
            }
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            if (hold(newSubscription)) {
                newSubscription.request(1);
            } else {
                newSubscription.cancel();
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            buffers.forEach(receiver::received);
            Flow.Subscription current;
            synchronized (this) {
                current = subscription;
            }
            if (current != null) {
                current.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            fail(host + ": " + MarathonClient.reason(failure));
        }

        @Override
        public void onComplete() {
            end(host + ": the stream ended");
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : cause;
    }

    /** Takes nothing of a body, which closes its connection. */
    private static final class Discarding implements Flow.Subscriber<List<ByteBuffer>> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
