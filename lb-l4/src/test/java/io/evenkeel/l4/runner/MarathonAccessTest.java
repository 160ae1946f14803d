package io.evenkeel.l4.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.marathon.Credentials;
import io.evenkeel.discovery.marathon.MarathonConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MarathonAccessTest {

    private static final String ENVIRONMENT = "DCOS_SERVICE_ACCOUNT_CREDENTIAL";

    @TempDir
    private Path directory;

    private static MarathonConfig config(Map<String, String> environment, String... flags) {
        MarathonAccess access = new MarathonAccess();
        new CommandLine(access).parseArgs(flags);
        return access.config(List.of(URI.create("https://m1:8443")), environment);
    }

    private static String account(String uid) throws GeneralSecurityException {
        byte[] key = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        return "{\"uid\": \"" + uid + "\", \"login_endpoint\": \"https://leader.mesos/acs/api/v1/auth/login\","
                + " \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n"
                + Base64.getEncoder().encodeToString(key)
                + "\\n-----END PRIVATE KEY-----\"}";
    }

    private static String kind(MarathonConfig config) {
        return config.credentials().map(Credentials::kind).orElse("none");
    }

    @Test
    void thereAreNoCredentialsByDefault() {
        assertThat(kind(config(Map.of()))).isEqualTo("none");
        assertThat(config(Map.of()).tls()).isEmpty();
        assertThat(config(Map.of(ENVIRONMENT, " ")).credentials()).isEmpty();
    }

    @Test
    void takesCredentialsFromAFileOrTheCommandLine() throws IOException {
        Path file = Files.writeString(directory.resolve("c"), "me:secret\n");
        assertThat(kind(config(Map.of(), "--marathon-auth-credential-file", file.toString())))
                .isEqualTo("user and password of " + file);
        MarathonConfig plain = config(Map.of(), "--auth-credentials", "me:se:cret");
        assertThat(plain.credentials()).contains(Credentials.basic("me", "se:cret"));
        assertThat(plain.toString()).doesNotContain("cret");
    }

    @Test
    void takesUserAndPasswordFromTheEnvironmentIfBothAreThereAndNothingElseIs() throws Exception {
        Map<String, String> both = Map.of("MARATHON_USER", "me", "MARATHON_PASSWORD", "se:cret");
        assertThat(config(both).credentials()).contains(Credentials.basic("me", "se:cret"));
        assertThat(config(Map.of("MARATHON_USER", "me")).credentials()).isEmpty();
        assertThat(config(Map.of("MARATHON_USER", "me", "MARATHON_PASSWORD", ""))
                        .credentials())
                .isEmpty();
        assertThat(config(both, "--auth-credentials", "you:x").credentials()).contains(Credentials.basic("you", "x"));
        Map<String, String> all = new HashMap<>(both);
        all.put(ENVIRONMENT, account("environment"));
        assertThat(kind(config(all))).isEqualTo("service account environment");
    }

    @Test
    void takesAServiceAccountFromAFlagAFileOrTheEnvironment() throws Exception {
        Path file = Files.writeString(directory.resolve("account.json"), account("from-file"));
        assertThat(kind(config(Map.of(), "--dcos-auth-credentials", account("inline"))))
                .isEqualTo("service account inline");
        assertThat(kind(config(Map.of(), "--dcos-auth-credentials", file.toString())))
                .isEqualTo("service account from-file");
        assertThat(kind(config(Map.of(), "--dcos-auth-credentials", file.toUri().toString())))
                .isEqualTo("service account from-file");
        Map<String, String> environment = Map.of(ENVIRONMENT, account("environment"));
        assertThat(kind(config(environment))).isEqualTo("service account environment");
        assertThat(kind(config(environment, "--auth-credentials", "me:x"))).isEqualTo("user and password");
    }

    @Test
    void keepsTheStateWhereItIsTold() {
        assertThat(config(Map.of(), "--marathon-snapshot", "/var/lib/s.json").snapshotFile())
                .contains(Path.of("/var/lib/s.json"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --auth-credentials | s3cret | --auth-credentials: no colon (expected: USER:PASSWORD)
            --marathon-auth-credential-file | /no/where | credential file: /no/where: cannot be read (expected:
            --dcos-auth-credentials | /no/where | --dcos-auth-credentials: neither JSON nor a file that can be read
            --dcos-auth-credentials | {"uid": "s3cret"} | --dcos-auth-credentials: private_key: missing (expected:
            --marathon-group | shop | --marathon: group: shop (expected: a path such as /shop)
            --marathon-fetch-timeout | 0 | --marathon: fetchTimeout: PT0S (expected: > 0)
            --marathon-label | a=b | --marathon: label selector: a=b (expected: key,
            --marathon-incremental-above | -1 | --marathon: incrementalAbove: -1 (expected: >= 0)
            --marathon-ca-cert | /no/where | certificate authorities: /no/where
            --marathon-client-cert | /no/where | key: missing (expected: the private key of /no/where)
            --marathon-client-key | /no/where | certificate: missing (expected: the certificate for /no/where)
            """)
    void saysWhatIsWrongAndShowsNoSecret(String flag, String value, String message) {
        assertThatThrownBy(() -> config(Map.of(), flag, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void oneKindOfCredentialsIsEnough() {
        assertThatThrownBy(() -> config(Map.of(), "--auth-credentials", "a:b", "--dcos-auth-credentials", "{}"))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining("mutually exclusive");
    }

    @Test
    void aQuotedAccountIsNotShownInATrace() {
        assertThatThrownBy(() -> config(Map.of(ENVIRONMENT, "'{\"private_key\": \"s3cret\"}'")))
                .satisfies(e -> {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).contains(ENVIRONMENT).doesNotContain("s3cret");
                });
    }

    @Test
    void takesWhatToFollowAndHow() {
        MarathonConfig config = config(
                Map.of(),
                "--marathon-trusted-hosts=leader.mesos,m2:8443",
                "--marathon-group=/shop",
                "--marathon-label=a==b",
                "--marathon-namespace=eu",
                "--marathon-prefer-ipv6",
                "--marathon-incremental-above=5",
                "--marathon-response-timeout=46",
                "--marathon-fetch-timeout=90");
        assertThat(config.responseTimeout()).isEqualTo(Duration.ofSeconds(46));
        assertThat(config.fetchTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.trustedHosts()).containsExactlyInAnyOrder("leader.mesos", "m2:8443");
        assertThat(config.group()).isEqualTo("/shop");
        assertThat(config.labelSelector()).contains("a==b");
        assertThat(config.namespace()).contains("eu");
        assertThat(config.preferIpv6()).isTrue();
        assertThat(config.incrementalAbove()).isEqualTo(5);
    }
}
