package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevproxyPathTest {

    private static final String LABEL = "HAPROXY_0_HTTP_BACKEND_REVPROXY_PATH";

    @ParameterizedTest
    @CsvSource({
        "/login, /my",
        "http://web.example/login, /my",
        "https://web.example:8443/login?x=1, /my",
        "https://other.example/login, https://other.example/login",
        "login, login"
    })
    void redirectsToTheTasksOwnRootLeadToThePathOfTheLabel(String location, String seen) throws Exception {
        assertThat(location(location, LABEL, "/my", "HAPROXY_0_VHOST", "web.example"))
                .isEqualTo(seen);
    }

    @Test
    void marathonLbsOwnTextForItChangesNothing() throws Exception {
        String own = "  acl hdr_location res.hdr(Location) -m found\n"
                + "  rspirep \"^Location: (https?://{hostname}(:[0-9]+)?)?(/.*)\" \"Location:   {rootpath}\""
                + " if hdr_location\n";
        assertThat(location(
                        "/login",
                        LABEL,
                        "/my",
                        "HAPROXY_0_VHOST",
                        "web.example",
                        "HAPROXY_0_HTTP_BACKEND_REVPROXY_GLUE",
                        own))
                .isEqualTo("/my");
    }

    @Test
    void withoutTheLabelTheyStayAsTheyAre() throws Exception {
        assertThat(location("/login", "HAPROXY_0_VHOST", "web.example")).isEqualTo("/login");
    }

    private static String location(String location, String... labels) throws Exception {
        try (Backend web = Backend.saying(
                        "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
                OwnLabelFixture fixture = new OwnLabelFixture().serve(List.of(web), labels)) {
            String atPort = fixture.get("/").value("Location");
            assertThat(vhost(fixture).value("Location")).isEqualTo(atPort);
            return atPort;
        }
    }

    private static Wire.Message vhost(OwnLabelFixture fixture) throws IOException {
        try (Wire client = Wire.to(fixture.proxy.boundAddress(OwnLabelFixture.HTTP))) {
            return client.send("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n").message();
        }
    }
}
