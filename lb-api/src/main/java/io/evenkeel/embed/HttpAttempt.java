package io.evenkeel.embed;

import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * One request at one endpoint: the request as it is sent there, and the watch over its body and its end.
 *
 * <p>The client calls the watching parts on its threads, each in order.
 */
final class HttpAttempt {

    private final Lease lease;
    private final HttpRequest request;
    private volatile boolean sending; // the client began to read the request's body
    private volatile boolean observed; // the end of the response's body ends the lease

    HttpAttempt(HttpRequest original, Lease lease, boolean keepHost) {
        this.lease = lease;
        try {
            this.request = readdress(original, keepHost);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private HttpRequest readdress(HttpRequest original, boolean keepHost) {
        URI uri = original.uri();
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(original, (name, value) -> true).uri(at(uri, lease.address()));
        original.bodyPublisher().ifPresent(body -> builder.method(original.method(), new WatchedBody(body)));
        if (keepHost) {
            builder.setHeader("Host", uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
        }
        return builder.build();
    }

    /** The URI with an endpoint instead of its host and port, and nothing else changed, not even in spelling. */
    static URI at(URI uri, InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        StringBuilder text = new StringBuilder(64).append(uri.getScheme()).append("://");
        text.append(host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                .append(':')
                .append(address.getPort());
        if (uri.getRawPath() != null) {
            text.append(uri.getRawPath());
        }
        if (uri.getRawQuery() != null) {
            text.append('?').append(uri.getRawQuery());
        }
        return URI.create(text.toString());
    }

    HttpRequest request() {
        return request;
    }

    /** A handler that makes the same of the body and ends the lease with it. */
    <T> BodyHandler<T> observing(BodyHandler<T> handler) {
        return info -> {
            WatchedResponse<T> body = new WatchedResponse<>(handler.apply(info), lease, outcomeOf(info.statusCode()));
            observed = true;
            return body;
        };
    }

    /** The response is there; the body may still be on its way. */
    void answered(HttpResponse<?> response) {
        if (!observed) {
            lease.complete(outcomeOf(response.statusCode()));
        }
    }

    /** Whether this failure leaves the request as if it had never been made. */
    boolean nothingSent(Throwable failure) {
        return Attempts.outcomeOf(failure) == Outcome.CONNECT_FAILED && !sending;
    }

    void failed(Throwable failure) {
        lease.complete(Attempts.outcomeOf(failure));
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static Outcome outcomeOf(int status) {
        return status >= 500 ? Outcome.FAILURE : Outcome.SUCCESS;
    }

    /** The request's body, which tells whether anybody began to read it. */
    private final class WatchedBody implements BodyPublisher {

        private final BodyPublisher body;

        WatchedBody(BodyPublisher body) {
            this.body = body;
        }

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
            sending = true;
            body.subscribe(subscriber);
        }
    }

    /** The response's body, whose end is the lease's. The lease goes first, so that whoever sees the one sees the other. */
    private static final class WatchedResponse<T> implements BodySubscriber<T> {

        private final BodySubscriber<T> body;
        private final Lease lease;
        private final Outcome outcome;

        WatchedResponse(BodySubscriber<T> body, Lease lease, Outcome outcome) {
            this.body = body;
            this.lease = lease;
            this.outcome = outcome;
        }

        @Override
        public CompletionStage<T> getBody() {
            return body.getBody();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            body.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    subscription.request(n);
                }

                @Override
                public void cancel() {
                    lease.complete(Outcome.CANCELLED);
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            body.onNext(part);
        }

        @Override
        public void onError(Throwable failure) {
            lease.complete(Attempts.outcomeOf(failure));
            body.onError(failure);
        }

        @Override
        public void onComplete() {
            lease.complete(outcome);
            body.onComplete();
        }
    }
}
