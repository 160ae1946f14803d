package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask the admin port: off, on by itself, on with all other strict flags. */
class AdminFlagsTest extends HardenedFlagsFixture {

    @ParameterizedTest
    @CsvSource({"'', 200", "--hardened --no-guard-admin, 200", "--guard-admin, 403", "--hardened, 403"})
    void theAdminPortAnswersNoNameThatSomebodyPointsAtIt(String flags, int status) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish();
            InetSocketAddress admin = proxy.running.adminAddress();
            for (String path :
                    new String[] {"/haproxy?stats;csv", "/_haproxy_getconfig", "/api/v1/config", "/metrics"}) {
                assertThat(admin(admin, path, "evil.example").status()).isEqualTo(status);
                assertThat(admin(admin, path, "localhost").status()).isEqualTo(200);
            }
            assertThat(admin(admin, "/_haproxy_health_check", "evil.example").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theTokenOpensTheAdminPortToOthers(@TempDir Path directory) throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "s3cret");
        try (HardenedProxy proxy = new HardenedProxy("--hardened --admin-token-file " + token)) {
            InetSocketAddress admin = proxy.running.adminAddress();
            String passedOn = "X-Forwarded-For: 10.0.0.7";
            assertThat(admin(admin, "/metrics", "lb.example", passedOn).status())
                    .isEqualTo(403);
            assertThat(admin(admin, "/metrics", "lb.example", passedOn, "Authorization: Bearer s3cret")
                            .status())
                    .isEqualTo(200);
            assertThat(admin(admin, "/metrics", "localhost", "Authorization: Bearer wrong")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aGuardedAdminPortIsOnThisMachineUnlessOthersCanProveThemselves(@TempDir Path directory) throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "s3cret");
        assertThat(HardenedProxy.settings("").admin()).isEqualTo(new InetSocketAddress(9090));
        assertThat(HardenedProxy.settings("--hardened").admin())
                .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9090));
        assertThat(HardenedProxy.settings("--hardened --admin-token-file " + token)
                        .admin())
                .isEqualTo(new InetSocketAddress(9090));
        assertThatThrownBy(() -> HardenedProxy.settings("--hardened --admin 0.0.0.0:9090"))
                .hasMessageContaining("--admin: 0.0.0.0:9090 (expected: an address like 127.0.0.1:9090, or"
                        + " --admin-token-file with it");
    }
}
