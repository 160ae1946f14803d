package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StandbyServerTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon =
            new MarathonSimulatorExtension(settings -> settings.instantly().basicAuth("user", "secret"));

    private static final String[] CREDENTIALS = {"Authorization", "Basic dXNlcjpzZWNyZXQ="};

    @Test
    void streamIsRedirectedByteForByteAsRecorded() throws IOException {
        StandbyServer standby = marathon.simulator().standby();
        String answer = Rest.exchange(
                standby.uri(),
                "GET /v2/events?event_type=x HTTP/1.1\r\n%s: %s\r\nConnection: close\r\n\r\n"
                        .formatted((Object[]) CREDENTIALS));
        assertThat(answer).contains("Location: " + marathon.simulator().uri() + "/v2/events?event_type=x\r\n");
        assertThat(Rest.masked(answer.replace("?event_type=x", "").replace("Connection: close\r\n", "")))
                .isEqualTo(Rest.masked(Rest.recorded("live-standby-302.http")));
    }

    @Test
    void everythingElseIsPassedOn() {
        StandbyServer standby = marathon.simulator().standby();
        var answer = new Rest(standby.uri()).get("/ping", CREDENTIALS);
        assertThat(answer.body()).isEqualTo("pong");
        assertThat(answer.headers().firstValue("X-Marathon-Via"))
                .contains("1.1 " + standby.uri().getAuthority());
        assertThat(answer.headers().firstValue("X-Marathon-Leader"))
                .contains(marathon.simulator().uri().toString());
        marathon.simulator().faults().down(true);
        assertThat(new Rest(standby.uri()).get("/ping", CREDENTIALS).statusCode())
                .isEqualTo(502);
    }

    @Test
    void strangersAreRefusedAsRecorded() throws IOException {
        String request = "GET /v2/apps HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        String recorded = Rest.recorded("basic-auth-401.http");
        for (var uri : new java.net.URI[] {
            marathon.simulator().uri(), marathon.simulator().standby().uri()
        }) {
            String answer = Rest.exchange(uri, request).replace("Connection: close\r\n", "");
            assertThat(answer.replaceAll("Date: [^\\r]*", ""))
                    .startsWith(recorded.strip().replaceAll("Date: [^\\r]*", ""));
            assertThat(new Rest(uri).get("/ping").statusCode()).isEqualTo(401);
            assertThat(new Rest(uri).get("/ping", CREDENTIALS).statusCode()).isEqualTo(200);
        }
    }
}
