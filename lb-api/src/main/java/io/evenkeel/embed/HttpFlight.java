package io.evenkeel.embed;

import io.evenkeel.cluster.Lease;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that nobody waits for, from its first attempt to its end; cancelling it cancels the attempt under way.
 *
 * <p>Attempts follow each other on the threads of the client. The lock makes sure that a cancellation meets the attempt that
 * is just being made.
 */
final class HttpFlight<T> extends CompletableFuture<HttpResponse<T>> {

    private final HttpClient client;
    private final Attempts tries;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final @Nullable PushPromiseHandler<T> pushes;
    private final boolean keepHost;
    private @Nullable CompletableFuture<HttpResponse<T>> current;

    private HttpFlight(
            HttpClient client,
            Attempts tries,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes,
            boolean keepHost) {
        this.client = client;
        this.tries = tries;
        this.request = request;
        this.handler = handler;
        this.pushes = pushes;
        this.keepHost = keepHost;
    }

    static <T> CompletableFuture<HttpResponse<T>> begin(
            HttpClient client,
            Attempts tries,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes,
            boolean keepHost) {
        HttpFlight<T> flight = new HttpFlight<>(client, tries, request, handler, pushes, keepHost);
        try {
            flight.attempt(tries.first());
        } catch (ConnectException e) {
            flight.completeExceptionally(e);
        }
        return flight;
    }

    private void attempt(Lease lease) {
        HttpAttempt attempt = new HttpAttempt(request, lease, keepHost);
        CompletableFuture<HttpResponse<T>> sent;
        try {
            synchronized (this) {
                if (isDone()) {
                    lease.close();
                    return;
                }
                sent = client.sendAsync(attempt.request(), attempt.observing(handler), pushes);
                current = sent;
            }
        } catch (RuntimeException | Error e) {
            attempt.failed(e);
            throw e;
        }
        sent.whenComplete((response, failure) -> ended(attempt, lease, response, failure));
    }

    private void ended(
            HttpAttempt attempt, Lease lease, @Nullable HttpResponse<T> response, @Nullable Throwable failure) {
        if (response != null) {
            attempt.answered(response);
            complete(response);
        } else if (failure != null) {
            Lease next = attempt.nothingSent(failure) ? tries.next(lease) : null;
            if (next == null) {
                attempt.failed(failure);
                completeExceptionally(HttpAttempt.unwrap(failure));
                return;
            }
            try {
                attempt(next);
            } catch (RuntimeException | Error e) {
                completeExceptionally(e);
            }
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        CompletableFuture<HttpResponse<T>> underWay;
        boolean cancelled;
        synchronized (this) {
            cancelled = super.cancel(mayInterruptIfRunning);
            underWay = current;
        }
        if (cancelled && underWay != null) {
            underWay.cancel(mayInterruptIfRunning);
        }
        return cancelled;
    }
}
