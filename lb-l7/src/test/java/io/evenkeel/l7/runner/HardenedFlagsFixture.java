package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the flags that make the proxy stricter than marathon-lb have in common: two tasks and a port. */
abstract class HardenedFlagsFixture {

    final Backend one = Backend.text("one");
    final Backend two = Backend.text("two");
    final int port = HardenedProxy.quietPort();

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    /** What a port answers, or none if nobody listens there. */
    static String answer(int port) {
        try {
            return get(service(port), "x").body();
        } catch (ConnectException e) {
            return "none";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Wire.Message admin(InetSocketAddress at, String path, String host, String... lines) throws Exception {
        try (Wire client = Wire.to(at)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + String.join("\r\n", lines)
                            + (lines.length == 0 ? "" : "\r\n") + "\r\n")
                    .message();
        }
    }

    Snapshot web(Endpoint... endpoints) {
        return app("/web", port, Map.of("HAPROXY_0_MODE", "http"), endpoints);
    }
}
