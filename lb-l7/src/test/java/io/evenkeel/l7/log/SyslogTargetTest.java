package io.evenkeel.l7.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("io.netty.channel.epoll.Epoll#isAvailable")
class SyslogTargetTest {

    @TempDir
    private Path dir;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @AfterEach
    void close() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Channel daemon(Path socket) {
        return new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        received.add(packet.content().toString(StandardCharsets.US_ASCII));
                    }
                })
                .bind(new DomainSocketAddress(socket.toFile()))
                .syncUninterruptibly()
                .channel();
    }

    private String next() throws InterruptedException {
        String message = received.poll(30, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    private static void write(LineTarget target, String lines) throws IOException {
        byte[] bytes = lines.getBytes(StandardCharsets.US_ASCII);
        target.write(bytes, bytes.length);
    }

    @Test
    void eachLineIsAMessageLikeHaproxys() throws Exception {
        Path socket = dir.resolve("log");
        daemon(socket);
        try (SyslogTarget target = new SyslogTarget(socket)) {
            write(target, "one\ntwo\n");
            String pid = Long.toString(ProcessHandle.current().pid());
            assertThat(next()).matches("<134>[A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:\\d\\d haproxy\\[" + pid + "]: one");
            assertThat(next()).endsWith(" haproxy[" + pid + "]: two");
        }
    }

    @Test
    void daemonThatIsThereAgainIsFoundAgain() throws Exception {
        Path socket = dir.resolve("log");
        Channel daemon = daemon(socket);
        try (SyslogTarget target = new SyslogTarget(socket)) {
            write(target, "one\n");
            assertThat(next()).endsWith(": one");
            daemon.close().syncUninterruptibly();
            Files.deleteIfExists(socket);
            assertThatThrownBy(() -> write(target, "two\n")).isInstanceOf(IOException.class);
            daemon(socket);
            write(target, "three\n");
            assertThat(next()).endsWith(": three");
        }
    }

    @Test
    void socketThatIsNotThereIsSaidAtOnce() {
        Path socket = dir.resolve("log");
        assertThatThrownBy(() -> AccessLog.open(AccessLogConfig.to("syslog:" + socket)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("access log: syslog:" + socket + " (expected: what can be written to: there is no " + socket
                        + ")");
    }
}
