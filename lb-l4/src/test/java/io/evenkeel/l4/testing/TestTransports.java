package io.evenkeel.l4.testing;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.util.stream.Stream;

/** The names of the transports to run a test on. */
public final class TestTransports {

    private TestTransports() {}

    public static Stream<String> names() {
        Stream<String> epoll = Epoll.isAvailable() ? Stream.of("epoll") : Stream.of();
        Stream<String> uring = IoUring.isAvailable() ? Stream.of("io_uring") : Stream.of();
        return Stream.concat(Stream.concat(epoll, uring), Stream.of("nio"));
    }
}
