package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom ids lead to where there is more than one source, over real sockets. */
class ApplicationsByIdTest {

    private final OwnLabelFixture fixture = new OwnLabelFixture();

    private String answer(String id) {
        InetSocketAddress at = fixture.proxy.boundAddress(new InetSocketAddress("127.0.0.2", 0));
        try (Wire client = Wire.to(at)) {
            Wire.Message answer = client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Marathon-App-Id: " + id + "\r\n\r\n")
                    .message();
            return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anIdLeadsToAFurtherSourceOnlyIfNobodyOfTheFirstHasItServedOrNot() throws Exception {
        try (fixture;
                Backend ours = Backend.text("ours");
                Backend theirs = Backend.text("theirs")) {
            Service other = fixture.app("/web", List.of())
                    .service()
                    .withServicePort(TestServer.refusing().getPort());
            Snapshot east = Apps.of("east", other, theirs.endpoint());
            fixture.publish(fixture.app("/web", List.of(ours)), east);
            Eventually.holds("both are served", () -> answer("/web@east").equals("theirs"));
            assertThat(answer("/web")).isEqualTo("ours");
            fixture.publish(fixture.app("/web", List.of()), east);
            Eventually.holds("the first has no task", () -> answer("/web").equals("503"));
            assertThat(answer("/web@east")).isEqualTo("theirs");
            fixture.publish(east);
            Eventually.holds(
                    "there is only one of that id", () -> answer("/web").equals("theirs"));
            fixture.publish(fixture.app("/web", List.of()), east);
            Eventually.holds("there are two again", () -> answer("/web").equals("503"));
            assertThat(answer("/web@east")).isEqualTo("theirs");
        }
    }
}
