package io.evenkeel.l7.log;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A syslog daemon on this machine, by its datagram socket: each line is a message of RFC 3164 with HAProxy's name, facility
 * local0 and severity info, as HAProxy sends it for {@code log /dev/log local0}. Not thread-safe.
 *
 * <p>If the daemon is gone, it is looked for again with every write. Linux only: Java itself has no such sockets.
 */
final class SyslogTarget implements LineTarget {

    private static final byte[] PRIORITY = ascii("<134>");
    private static final byte[] PROGRAM =
            ascii(" haproxy[" + ProcessHandle.current().pid() + "]: ");
    private static final int BATCH = 64;
    private static final long PATIENCE_SECONDS = 5;

    private final Path socket;
    private final InstantSource clock = InstantSource.system();
    private final DateTexts dates = DateTexts.of("MMM ppd HH:mm:ss", ZoneId.systemDefault());
    private final EventLoopGroup loop;
    private @Nullable Channel channel;

    SyslogTarget(Path socket) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("there is no way to it on this machine");
        }
        if (!Files.exists(socket)) {
            throw new IOException("there is no " + socket);
        }
        this.socket = socket;
        this.loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("evenkeel-syslog", true), EpollIoHandler.newFactory());
        try {
            channel = connect();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Channel connect() throws IOException {
        ChannelFuture connected = new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new DomainSocketAddress(socket.toFile()));
        await(connected);
        return connected.channel();
    }

    private static void await(ChannelFuture future) throws IOException {
        if (!future.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the syslog daemon takes nothing");
        }
        if (!future.isSuccess()) {
            throw new IOException(future.cause());
        }
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        Channel to = channel;
        if (to == null) {
            channel = to = connect();
        }
        byte[] date = dates.of(clock.millis());
        try {
            int waiting = 0;
            int start = 0;
            for (int i = 0; i < length; i++) {
                if (bytes[i] == '\n') {
                    ChannelFuture sent = to.write(message(to, date, bytes, start, i));
                    start = i + 1;
                    if (++waiting == BATCH || start == length) {
                        to.flush();
                        await(sent); // in their order: when the last is sent, all are
                        waiting = 0;
                    }
                }
            }
        } catch (IOException e) {
            channel = null;
            to.close();
            throw e;
        }
    }

    private static ByteBuf message(Channel to, byte[] date, byte[] line, int start, int end) {
        return to.alloc()
                .directBuffer(PRIORITY.length + date.length + PROGRAM.length + end - start)
                .writeBytes(PRIORITY)
                .writeBytes(date)
                .writeBytes(PROGRAM)
                .writeBytes(line, start, end - start);
    }

    @Override
    public void close() {
        Channel open = channel;
        if (open != null) {
            open.close().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        loop.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
