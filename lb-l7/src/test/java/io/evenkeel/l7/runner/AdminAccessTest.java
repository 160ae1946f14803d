package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminAccessTest {

    private static final String TOKEN = "Bearer s3cret";

    private AdminAccess access = new AdminAccess(Optional.of(AdminToken.of("s3cret")));
    private final Map<String, String> headers = new HashMap<>(Map.of("host", "127.0.0.1:9090"));
    private String client = "127.0.0.1";

    @Test
    void thisMachineMayReadAndWrite() throws Exception {
        assertThat(ask("GET").status()).isEqualTo(200);
        assertThat(ask("POST").status()).isEqualTo(200);
        client = "::1";
        headers.put("host", "[::1]:9090");
        assertThat(ask("POST").status()).isEqualTo(200);
    }

    @Test
    void otherMachinesNeedTheTokenAndPost() throws Exception {
        client = "10.0.0.7";
        assertThat(ask("POST").status()).isEqualTo(403);
        assertThat(ask("POST").body()).contains("--admin-token-file");
        headers.put("authorization", TOKEN);
        headers.put("host", "lb.example:9090");
        assertThat(ask("POST").status()).isEqualTo(200);
        assertThat(ask("GET").status()).isEqualTo(403);
        assertThat(ask("GET").body()).contains("use POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer other", "Bearer ", "Bearer", "Basic s3cret", "s3cret", "Bearer s3cret2"})
    void anotherTokenIsWorseThanNone(String credentials) throws Exception {
        headers.put("authorization", credentials);
        assertThat(ask("POST").status()).isEqualTo(403);
    }

    @Test
    void withoutATokenOfOursNoneIsRight() throws Exception {
        access = new AdminAccess(Optional.empty());
        headers.put("authorization", TOKEN);
        assertThat(ask("POST").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-forwarded-for", "forwarded"})
    void whatWasPassedOnIsNotFromHere(String header) throws Exception {
        headers.put(header, "127.0.0.1");
        assertThat(ask("GET").status()).isEqualTo(403);
        assertThat(ask("POST").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:9090", "127.0.0.1.evil.example", "", "localhost.evil:9090", "[x]"})
    void nameThatSomebodyPointsHereIsRefused(String host) throws Exception {
        headers.put("host", host);
        assertThat(ask("POST").status()).isEqualTo(403);
        assertThat(ask("GET").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:9090", "127.0.0.1", "10.1.2.3:9090", "[::1]"})
    void addressesOfThisMachineAreNot(String host) throws Exception {
        headers.put("host", host);
        assertThat(ask("POST").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1:9090", "http://127.0.0.1:9091"})
    void pagesOfOtherOriginsAreRefusedEvenWithTheToken(String origin) throws Exception {
        headers.put("origin", origin);
        assertThat(ask("POST").body()).contains("another origin");
        headers.put("authorization", TOKEN);
        assertThat(ask("POST").status()).isEqualTo(403);
    }

    @Test
    void pagesOfOurOwnAreNot() throws Exception {
        headers.put("origin", "http://127.0.0.1:9090");
        headers.put("sec-fetch-site", "same-origin");
        assertThat(ask("POST").status()).isEqualTo(200);
        headers.remove("origin");
        headers.put("sec-fetch-site", "cross-site"); // an image's request says no origin
        assertThat(ask("GET").status()).isEqualTo(403);
    }

    private AdminResponse ask(String method) throws Exception {
        AdminRequest request = new AdminRequest(method, "/x", "", headers, "", InetAddress.getByName(client));
        return access.guard(allowed -> AdminResponse.text(200, "done")).handle(request);
    }
}
