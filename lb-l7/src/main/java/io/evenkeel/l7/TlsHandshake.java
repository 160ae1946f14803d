package io.evenkeel.l7;

import io.evenkeel.l4.ConnectionAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a TLS connection: waits for the client's first message, goes by the server name in it, and hands the
 * connection on when the handshake is done. Lives on the connection's event loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter {

    private static final int MAX_HELLO = 16 * 1024;
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112}; // a fatal alert (RFC 8446, section 6.2)

    private final SocketChannel channel;
    private final LoopClock clock;
    private final long timeoutMillis;
    private final TlsRoute.Router router;
    private final ConnectionAcceptor next;
    private final LoopClock.Timed limit = new LoopClock.Timed() {
        @Override
        void expired() {
            channel.close();
        }

        @Override
        void draining() {
            channel.close();
        }
    };
    private byte @Nullable [] serverName;
    private boolean begun;

    private TlsHandshake(HttpEngine engine, SocketChannel channel, TlsRoute.Router router, ConnectionAcceptor next) {
        this.channel = channel;
        this.clock = engine.loop(channel.eventLoop()).clock;
        this.timeoutMillis = engine.config().handshakeTimeout().toMillis();
        this.router = router;
        this.next = next;
    }

    /** Puts the beginning into a connection's pipeline; whoever is next is asked when it is over. */
    static void expect(HttpEngine engine, SocketChannel channel, TlsRoute.Router router, ConnectionAcceptor next) {
        TlsHandshake handshake = new TlsHandshake(engine, channel, router, next);
        channel.pipeline().addLast(handshake.new Hello(), handshake);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!begun) {
            begun = true;
            clock.register(limit);
            clock.deadline(limit, timeoutMillis);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        clock.unregister(limit);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clock.unregister(limit);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                refuseAnother(channel.pipeline().get(SslHandler.class).engine());
                ServerNames.remember(channel, serverName);
                handOn(ctx, next);
            } else {
                channel.close();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /*
     * A client of TLS 1.2 may ask for another handshake at any time, which costs it little and us much. BoringSSL refuses that; the
     * JDK does if no suite is left for it.
     */
    private static void refuseAnother(SSLEngine engine) {
        if (!(engine instanceof ReferenceCountedOpenSslEngine)
                && engine.getSession().getProtocol().equals("TLSv1.2")) {
            engine.setEnabledCipherSuites(new String[0]);
        }
    }

    /* The next one sees a connection that becomes active, although this one has been for a while. */
    private void handOn(ChannelHandlerContext ctx, ConnectionAcceptor to) {
        to.accept(channel);
        ctx.fireChannelActive();
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }

    private void decide(ChannelHandlerContext hello) {
        byte[] name = serverName;
        String text = name == null ? null : new String(name, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        TlsRoute route = router.route(text);
        if (route instanceof TlsRoute.Show show) {
            SslHandler tls = show.certificates().context(text).newHandler(channel.alloc());
            tls.setHandshakeTimeoutMillis(0); // the clock's matter
            hello.pipeline().addAfter(hello.name(), null, tls);
            hello.pipeline().remove(hello.handler());
        } else if (route instanceof TlsRoute.Pass pass) {
            handOn(hello.pipeline().context(this), pass.acceptor());
            hello.pipeline().remove(hello.handler()); // and what it has read comes behind
        } else {
            channel.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Waits for all of the first message. What is none, Netty hands over as null, and the TLS engine then refuses it. */
    private final class Hello extends SslClientHelloHandler<byte @Nullable []> {

        Hello() {
            super(MAX_HELLO);
        }

        @Override
        protected Future<byte @Nullable []> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) {
            return ctx.executor().newSucceededFuture(clientHello == null ? null : ServerNames.inHello(clientHello));
        }

        @Override
        protected void onLookupComplete(ChannelHandlerContext ctx, Future<byte @Nullable []> future) {
            serverName = future.getNow();
            decide(ctx);
        }
    }
}
