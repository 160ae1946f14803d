package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StickyCookieTest {

    private final HttpFixture proxy = new HttpFixture();
    private final Backend one = Backend.text("1");
    private final Backend two = Backend.text("2");

    @BeforeEach
    void stick() {
        proxy.backend.options(BackendOptions.builder()
                .sticky(new StickyCookie("at", "; path=/", true, StickyCookieTest::value))
                .build());
        proxy.endpoints(one, two);
    }

    @AfterEach
    void close() {
        proxy.close();
        one.close();
        two.close();
    }

    private static String value(Endpoint endpoint) {
        return "v" + endpoint.address().getPort();
    }

    @Test
    void clientsWithoutTheCookieGetOneAndAreBalanced() throws Exception {
        Set<String> bodies = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            Wire.Message response = get("");
            assertThat(response.value("Set-Cookie")).isEqualTo("at=" + valueOf(response) + "; path=/");
            assertThat(response.value("Cache-Control")).isEqualTo("private");
            bodies.add(response.body());
        }
        assertThat(bodies).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void clientsWithTheCookieStayAndGetNoOther() throws Exception {
        for (int i = 0; i < 4; i++) {
            Wire.Message response = get("Cookie: at=" + value(two.endpoint()) + "\r\n");
            assertThat(response.body()).isEqualTo("2");
            assertThat(response.values("Set-Cookie")).isEmpty();
            assertThat(response.values("Cache-Control")).isEmpty();
        }
    }

    @Test
    void whatNoSharedCacheKeepsAnywayIsNotMarkedPrivate() throws Exception {
        try (Wire client = proxy.connect()) {
            Wire.Message posted = client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n")
                    .message();
            assertThat(posted.values("Set-Cookie")).hasSize(1);
            assertThat(posted.values("Cache-Control")).isEmpty();
        }
        try (Backend secretive =
                Backend.saying("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n")) {
            proxy.endpoints(secretive);
            assertThat(get("").values("Cache-Control")).containsExactly("no-store");
        }
    }

    @Test
    void aValueThatNobodyHasIsReplaced() throws Exception {
        Wire.Message response = get("Cookie: at=deadbeef\r\n");
        assertThat(response.value("Set-Cookie")).isEqualTo("at=" + valueOf(response) + "; path=/");
    }

    @Test
    void anEndpointThatIsGoneGivesItsClientsToOthers() throws Exception {
        String gone = value(two.endpoint());
        proxy.endpoints(one);
        Wire.Message response = get("Cookie: at=" + gone + "\r\n");
        assertThat(response.body()).isEqualTo("1");
        assertThat(response.value("Set-Cookie")).isEqualTo("at=" + value(one.endpoint()) + "; path=/");
    }

    @Test
    void anEndpointThatRefusesGivesItsClientsToOthers() throws Exception {
        String dead = value(two.endpoint());
        two.close();
        Wire.Message response = get("Cookie: at=" + dead + "\r\n");
        assertThat(response.body()).isEqualTo("1");
        assertThat(response.value("Set-Cookie")).isEqualTo("at=" + value(one.endpoint()) + "; path=/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at=x | ''",
                "at=x; b=1 | b=1",
                "b=1; at=x | b=1",
                "a=0;at=x;b=1 | a=0; b=1",
                "cat=x; at=y; at | cat=x; at",
                "a=0 ;  b=1 | a=0; b=1",
                "at= | ''"
            })
    void endpointsNeverSeeIt(String sent, String seen) throws Exception {
        Wire.Message response = get("Cookie: " + sent + "\r\n");
        Wire.Message request = (response.body().equals("1") ? one : two).requests.get(0);
        assertThat(request.value("Cookie")).isEqualTo(seen);
    }

    @Test
    void anotherFieldOfCookiesCountsToo() throws Exception {
        Wire.Message response = get("Cookie: b=1\r\nCookie: at=" + value(two.endpoint()) + "\r\n");
        assertThat(response.body()).isEqualTo("2");
        assertThat(two.requests.get(0).values("Cookie")).isEqualTo(List.of("b=1"));
    }

    @Test
    void whatAnEndpointSetsByThisNameIsDroppedAndOtherCookiesPass() throws Exception {
        try (Backend sets = Backend.saying(
                "HTTP/1.1 200 OK\r\nSet-Cookie: at=mine\r\nSet-Cookie: b=1\r\nContent-Length: 0\r\n\r\n")) {
            proxy.endpoints(sets);
            assertThat(get("Cookie: at=" + value(sets.endpoint()) + "\r\n").values("Set-Cookie"))
                    .containsExactly("b=1");
        }
    }

    @Test
    void aClientStaysWhenItsReusedConnectionWasJustClosed() throws Exception {
        try (Backend hasty = Backend.of((wire, request) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nh");
            return false; // without having said so
        })) {
            proxy.endpoints(one, hasty);
            for (int i = 0; i < 4; i++) {
                Wire.Message response = get("Cookie: at=" + value(hasty.endpoint()) + "\r\n");
                assertThat(response.body()).isEqualTo("h");
                assertThat(response.values("Set-Cookie")).isEmpty();
            }
        }
    }

    private String valueOf(Wire.Message response) {
        return value((response.body().equals("1") ? one : two).endpoint());
    }

    private Wire.Message get(String fields) throws IOException {
        try (Wire client = proxy.connect()) {
            return client.send("GET / HTTP/1.1\r\nHost: web\r\n" + fields + "\r\n")
                    .message();
        }
    }
}
