package io.evenkeel.l4.testing;

import java.util.stream.Stream;

/** The names of the transports to run a test on. */
public final class TestTransports {

    private TestTransports() {}

    public static Stream<String> names() {
        return io.netty.channel.epoll.Epoll.isAvailable() ? Stream.of("epoll", "nio") : Stream.of("nio");
    }
}
