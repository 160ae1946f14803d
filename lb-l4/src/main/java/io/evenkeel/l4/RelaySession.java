package io.evenkeel.l4;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.RelayedConnection.End;
import io.evenkeel.strategy.PickContext;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One relayed connection from its acceptance to its end: finds an endpoint, ties the two ends together, and settles the
 * accounts exactly once.
 *
 * <p>Confined to the client's event loop. All that is allocated per connection is this, one {@link RelayHalf} per end,
 * the idle timer and an entry among the relay's sessions; retries allocate a little more.
 */
final class RelaySession implements Runnable {

    /*
     * Silence is noticed without a clock: a timer ticks four times per idle timeout, and four ticks without a byte in
     * between are a timeout. So a read costs one store and no timer is ever re-armed by it.
     *
     * An endpoint that leaves its cluster keeps its sessions; nothing here looks at the cluster once the ends are tied.
     * Whoever does has them cut.
     */
    private static final int TICKS_PER_TIMEOUT = 4;

    private final TcpRelay relay;
    private final RelayHalf client;
    private @Nullable RelayHalf backend;
    private @Nullable EndpointStats endpoint;
    private @Nullable PickContext context;
    private @Nullable Future<?> timer;
    private @Nullable RelayedConnection account;
    private int attempts;
    private int quietTicks;
    private boolean opened;
    private boolean tied;
    private boolean ended;

    RelaySession(TcpRelay relay, SocketChannel channel) {
        this.relay = relay;
        this.client = new RelayHalf(this, channel);
    }

    void begin() {
        SocketChannel channel = client.channel();
        channel.pipeline().addLast(client);
        if (channel.isActive()) {
            active(client);
        }
    }

    void active(RelayHalf half) {
        if (half == client && !opened) {
            opened = true;
            relay.begun(this);
            relay.stats().connectionOpened();
            beginAccount();
            tryNext();
        }
    }

    private void beginAccount() {
        InetSocketAddress from = relay.listener() == null ? null : ConnectionAddresses.client(client.channel());
        if (from != null) {
            boolean tls = client.channel().pipeline().get(SslHandler.class) != null;
            account = new RelayedConnection(from, tls, Ticker.system());
        }
    }

    private void tryNext() {
        EndpointStats picked = relay.cluster().pick(context());
        if (picked != null) {
            attempts++;
            connect(picked);
        } else if (attempts > 0) {
            // Everyone was tried: wait, then begin again with all of them.
            context = null;
            timer = client.channel()
                    .eventLoop()
                    .schedule(this::tryAgain, relay.config().retryDelay().toNanos(), TimeUnit.NANOSECONDS);
        } else {
            giveUp();
        }
    }

    private void tryAgain() {
        timer = null;
        EndpointStats picked = relay.cluster().pick(context());
        if (picked == null) {
            giveUp(); // they have all gone meanwhile
        } else {
            attempts++;
            connect(picked);
        }
    }

    /* All that is known of a connection is who the client is; most strategies do not ask. */
    private PickContext context() {
        if (context == null && relay.cluster().state().usesKey()) {
            InetSocketAddress from = ConnectionAddresses.client(client.channel());
            if (from != null) { // not gone already
                context = PickContext.create().key(from.getAddress().getAddress());
            }
        }
        return context == null ? PickContext.none() : context;
    }

    private void connect(EndpointStats picked) {
        endpoint = picked;
        if (account != null) {
            account.tried(picked);
        }
        SocketChannel channel;
        try {
            channel = relay.transport().newSocket();
        } catch (ChannelException e) { // no file descriptors left: not the endpoint's doing
            complete(Outcome.CANCELLED);
            giveUp();
            return;
        }
        TcpRelay.prepare(channel);
        channel.config().setConnectTimeoutMillis((int)
                Math.min(relay.config().connectTimeout().toMillis(), Integer.MAX_VALUE));
        RelayHalf half = new RelayHalf(this, channel);
        backend = half;
        channel.pipeline().addLast(half);
        client.channel().eventLoop().register(channel);
        channel.connect(picked.endpoint().address()).addListener((ChannelFuture result) -> {
            if (ended) {
                channel.close();
            } else if (result.isSuccess()) {
                tie(half);
            } else {
                failed(picked, channel);
            }
        });
    }

    private void failed(EndpointStats picked, SocketChannel channel) {
        backend = null;
        channel.close();
        complete(Outcome.CONNECT_FAILED);
        if (attempts > relay.config().retries()) {
            giveUp();
            return;
        }
        context = context == null ? PickContext.create() : context;
        context.exclude(picked);
        tryNext();
    }

    private void tie(RelayHalf connected) {
        tied = true;
        context = null;
        if (account != null) {
            account.connected();
        }
        client.connect(connected.channel());
        connected.connect(client.channel());
        long tick = Math.max(1, relay.config().idleTimeout().toNanos() / TICKS_PER_TIMEOUT);
        timer = client.channel().eventLoop().scheduleWithFixedDelay(this, tick, tick, TimeUnit.NANOSECONDS);
    }

    @Nullable
    Splice splice(SocketChannel source, SocketChannel sink, Splice.Listener listener) {
        return relay.transport().splice(source, sink, Long.MAX_VALUE, listener);
    }

    void passedOn(RelayHalf from, long bytes) {
        quietTicks = 0;
        if (from == client) {
            relay.stats().addBytesIn(bytes);
        } else {
            relay.stats().addBytesOut(bytes);
        }
        if (account != null && from == client) {
            account.addBytesIn(bytes);
        } else if (account != null) {
            account.addBytesOut(bytes);
        }
        EndpointStats current = endpoint;
        if (current == null) {
            return;
        }
        if (from == client) {
            current.addBytesSent(bytes);
        } else {
            current.addBytesReceived(bytes);
        }
    }

    /** A tick of the idle timer. */
    @Override
    public void run() {
        quietTicks++;
        if (quietTicks > TICKS_PER_TIMEOUT) {
            abort(Outcome.TIMEOUT, End.SILENCE);
        }
    }

    /** Ends it if it is one of this endpoint's; from any thread. */
    void cut(EndpointStats of) {
        client.channel().eventLoop().execute(() -> {
            if (endpoint == of) {
                abort(Outcome.CANCELLED, End.SERVER);
            }
        });
    }

    void directionEnded() {
        RelayHalf other = backend;
        if (!ended && other != null && client.isOver() && other.isOver()) {
            end(Outcome.SUCCESS, End.COMPLETE);
        }
    }

    /** An end has failed, or closed without having said so first. */
    void broken(RelayHalf half) {
        if (half == client) {
            abort(Outcome.CANCELLED, End.CLIENT);
        } else if (tied && half == backend) {
            abort(Outcome.RESET, End.SERVER);
        }
        // A backend that fails while connecting is told by the connect's own result.
    }

    private void giveUp() {
        relay.stats().addConnectionError();
        abort(Outcome.CANCELLED, End.UNREACHABLE);
    }

    /* Both ends learn that something went wrong: lingering for no time makes closing send a reset. */
    private void abort(Outcome outcome, End how) {
        if (ended) {
            return;
        }
        lingerNot(client.channel());
        if (backend != null) {
            lingerNot(backend.channel());
        }
        end(outcome, how);
    }

    private static void lingerNot(SocketChannel channel) {
        try {
            channel.config().setSoLinger(0);
        } catch (ChannelException e) {
            // It is closed already, by a reset from its own side.
        }
    }

    private void end(Outcome outcome, End how) {
        ended = true;
        relay.ended(this);
        if (timer != null) {
            timer.cancel(false);
        }
        client.discard();
        client.channel().close();
        if (backend != null) {
            backend.discard();
            backend.channel().close();
        }
        complete(outcome);
        tell(how);
        if (opened) {
            relay.stats().connectionClosed();
        }
    }

    private void tell(End how) {
        RelayedConnection told = account;
        RelayListener listener = relay.listener();
        if (told != null && listener != null) {
            told.ended(how);
            listener.ended(told);
        }
    }

    private void complete(Outcome outcome) {
        EndpointStats current = endpoint;
        endpoint = null;
        if (current != null) {
            current.complete(outcome);
        }
    }
}
