package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l7.http.RequestHead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The search for somebody to serve one request: picks an endpoint, waits for a turn where it must, connects, goes on elsewhere
 * when its {@link Attempts} allow it, and says of each endpoint how it went.
 *
 * <p>One per exchange, begun anew for each request. Used on the exchange's event loop only.
 */
final class EndpointSearch {

    private final Exchange exchange;
    private final Downstream client;
    private final HttpEngine engine;
    private final LoopResources loop;
    private final RequestRecord record;
    private final Attempts attempts = new Attempts();
    private @Nullable HttpBackend backend;
    private HttpConfig limits;
    private @Nullable UpstreamTls tls;
    private @Nullable WaitingRoom room;
    private @Nullable StickyCookie sticky;
    private boolean http2;
    private @Nullable EndpointStats cookieOwner;
    private @Nullable CompletableFuture<Lease> turn;
    private @Nullable Lease lease;
    private @Nullable EndpointStats endpoint;
    private boolean timed;
    private long begun;
    private long answered;

    EndpointSearch(Exchange exchange, Downstream client, HttpEngine engine, LoopResources loop) {
        this.exchange = exchange;
        this.client = client;
        this.engine = engine;
        this.loop = loop;
        this.record = client.record();
        this.limits = engine.config();
    }

    /** Begins with a request, for which nobody is asked yet; its head may be all there is of it. */
    void begin(HttpBackend newBackend, BackendTerms terms, HttpConfig newLimits, RequestHead request, boolean isWhole) {
        backend = newBackend;
        limits = newLimits;
        tls = terms.tls();
        room = terms.room();
        sticky = terms.options().sticky();
        BackendPolicy policy = terms.options().policy();
        http2 = policy.protocol() != BackendProtocol.HTTP1 && !request.isWebSocketUpgrade();
        attempts.begin(limits.retries(), request.isIdempotent() && isWhole, policy.retries());
        if (newBackend.cluster().state().usesKey()) {
            terms.key().put(attempts.ownContext(), request, client.peer().address());
        }
        cookieOwner = sticky == null
                ? null
                : sticky.owner(request, newBackend.cluster().state());
        record.dispatched(sticky, request, cookieOwner);
    }

    private HttpBackend backend() {
        return requireNonNull(backend, "begun");
    }

    /** Finds somebody, now or later: the exchange is told who, or that there is nobody. */
    void connect() {
        Cluster cluster = backend().cluster();
        WaitingRoom queue = room;
        boolean inTurn = queue == null || attempts.isAvoiding() || !queue.isOccupied();
        EndpointStats own = own(cluster);
        EndpointStats chosen = own == null && inTurn ? cluster.pick(attempts.context()) : own;
        if (chosen != null) {
            connectTo(chosen);
        } else if (queue != null && !attempts.isAvoiding() && awaitTurn(cluster, queue)) {
            return;
        } else if (!attempts.isAvoiding() || cluster.state().active().isEmpty()) {
            exchange.fail(503, Outcome.CANCELLED);
        } else {
            // Everyone there is was tried: begin again from the start, after a pause.
            attempts.startOver();
            client.eventLoop()
                    .schedule(this::connectLater, engine.config().retryDelay().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void connectLater() {
        loop.clock.mark();
        if (exchange.isActive()) {
            connect();
        }
    }

    /** The endpoint that the client is with, if there is one and it takes the request. */
    private @Nullable EndpointStats own(Cluster cluster) {
        EndpointStats owner = cookieOwner;
        return owner != null && !attempts.context().excludes(owner) && cluster.tryStart(owner) ? owner : null;
    }

    /* False if nobody is there to wait for, or too many wait already. */
    private boolean awaitTurn(Cluster cluster, WaitingRoom queue) {
        if (cluster.state().active().isEmpty()) {
            return false;
        }
        // A copy, since who waits no longer may still be being served for a moment.
        int before = queue.waiting();
        CompletableFuture<Lease> mine = queue.enter(cluster, attempts.context().copy());
        if (mine == null) {
            record.cannotWait();
            return false;
        }
        turn = mine;
        record.waits(before);
        mine.whenCompleteAsync((got, problem) -> hasTurn(mine, got), client.eventLoop());
        return true;
    }

    private void hasTurn(CompletableFuture<Lease> mine, @Nullable Lease got) {
        if (turn != mine) {
            if (got != null) {
                got.close(); // the client went away meanwhile
            }
            return;
        }
        turn = null;
        loop.clock.mark();
        if (got == null) {
            record.waitedInVain();
            exchange.fail(503, Outcome.CANCELLED);
            return;
        }
        lease = got;
        connectTo(got.stats());
    }

    private void connectTo(EndpointStats chosen) {
        endpoint = chosen;
        record.chosen(chosen);
        timed = chosen.load() != null;
        begun = timed ? engine.ticker().nanos() : 0;
        if (http2) {
            openStream(chosen);
            return;
        }
        UpstreamConnection pooled = attempts.mayReuse() ? loop.pool.take(chosen, tls) : null;
        if (pooled != null) {
            connected(pooled);
        } else {
            loop.pool.makeRoom(chosen);
            UpstreamConnector.open(engine, limits, tls, loop, client.eventLoop(), chosen, this);
        }
    }

    private void openStream(EndpointStats chosen) {
        loop.http2Pool.open(
                engine, limits, tls, loop, client.eventLoop(), backend().cluster(), chosen, this);
    }

    /** The connection that was waited for is full: that is no failure, since the endpoint may get another. */
    void noRoom(EndpointStats chosen) {
        if (endpoint == chosen) {
            openStream(chosen);
        }
    }

    void connected(Upstream connection) {
        if (endpoint == connection.endpoint()) {
            exchange.connected(connection);
        } else {
            connection.release(false); // the client went away meanwhile
        }
    }

    /** We have nothing to connect with: that is nobody's fault but ours, and no better with another endpoint. */
    void cannotConnect(EndpointStats chosen) {
        if (endpoint == chosen) {
            record.because('R');
            exchange.fail(503, Outcome.CANCELLED);
        }
    }

    void connectFailed(EndpointStats failed) {
        if (endpoint != failed) {
            return;
        }
        record.connectFailed(limits.connectTimeout());
        backend().stats(failed).connect();
        backend().stats().connect();
        if (attempts.againAfterRefusal(failed)) {
            again(failed, Outcome.CONNECT_FAILED, RetryReason.CONNECT);
        } else {
            exchange.fail(503, Outcome.CONNECT_FAILED);
        }
    }

    /** Whether to try {@link #again} instead of passing on a response with this status. */
    boolean againInsteadOf(int status, EndpointStats by) {
        return attempts.againInsteadOf(status, by, backend().retryBudget());
    }

    /** Tries again after the connection broke that the request was sent on; false if that was the last attempt. */
    boolean againAfterBreak(Upstream broken) {
        boolean untouched = broken.isUntouched();
        Outcome outcome = untouched ? Outcome.CANCELLED : Outcome.RESET;
        if (untouched && attempts.againUntouched()) {
            again(broken.endpoint(), outcome, RetryReason.UNTOUCHED);
        } else if (attempts.againAfterBreak(broken, backend().retryBudget())) {
            again(broken.endpoint(), outcome, RetryReason.RESET);
        } else {
            leave(outcome);
            return false;
        }
        return true;
    }

    /** Tries again, on another endpoint if there is one; the one that failed is charged with it. */
    void again(EndpointStats failed, Outcome outcome, RetryReason reason) {
        leave(outcome);
        HttpBackend current = backend();
        current.retried(reason);
        boolean elsewhere = current.cluster().state().active().size() > 1;
        record.again(elsewhere);
        HttpStats server = current.stats(failed);
        if (elsewhere) {
            current.stats().redispatch();
            server.redispatch();
        } else {
            current.stats().retry();
            server.retry();
        }
        client.progress();
        connect();
    }

    /** The body is kept, so that the request can be sent twice. */
    void mayRepeat() {
        attempts.mayRepeat();
    }

    /** What tells the client which endpoint it is with now, unless it knows. */
    byte @Nullable [] cookie() {
        EndpointStats used = endpoint;
        if (sticky == null || used == null || used == cookieOwner) {
            return null;
        }
        record.cookieSet();
        return sticky.line(used, backend().cluster().state());
    }

    /** The response begins. How long a tunnel lasts says nothing of an endpoint. */
    void answered(boolean isTunnel) {
        timed = timed && !isTunnel;
        answered = timed ? engine.ticker().nanos() : 0;
    }

    /** It is over: waits for nobody any more, and ends the use of the endpoint. */
    void end(Outcome outcome) {
        CompletableFuture<Lease> waitedFor = turn;
        if (waitedFor != null) {
            turn = null;
            waitedFor.cancel(false);
        }
        leave(outcome);
    }

    /* How long an endpoint took to answer matters to strategies that go by that, and to no others. */
    private void leave(Outcome outcome) {
        EndpointStats used = endpoint;
        Lease held = lease;
        endpoint = null;
        lease = null;
        if (held != null) {
            if (timed) {
                held.complete(outcome);
            } else {
                held.completeUntimed(outcome);
            }
        } else if (used != null && timed) {
            used.complete(
                    outcome,
                    begun,
                    exchange.isResponding() ? answered : engine.ticker().nanos());
        } else if (used != null) {
            used.complete(outcome);
        }
    }
}
