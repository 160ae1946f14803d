package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Discovery;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Marathon over https, and who gets to see the credentials. */
class MarathonTlsTest {

    private static final String APPS =
            "{\"apps\": [{\"id\": \"/a\", \"ports\": [1], \"tasks\": [{\"id\": \"t\", \"host\":"
                    + " \"10.0.0.1\", \"ports\": [31000], \"state\": \"TASK_RUNNING\"}]}]}";

    @TempDir
    private static Path directory;

    private static TestAuthority authority;

    private final Watching watching = new Watching();
    private ScriptedMarathon marathon;
    private Discovery discovery;

    @BeforeAll
    static void issue() throws IOException {
        authority = new TestAuthority(directory, "ca");
        authority.issue("marathon", "ip:127.0.0.1");
        authority.issue("other", "dns:other.example");
        authority.issue("client", "dns:client.example");
    }

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
        if (marathon != null) {
            marathon.close();
        }
    }

    private static Path file(String name) {
        return directory.resolve(name);
    }

    private static TlsFiles files(String name) {
        return new TlsFiles(
                Optional.of(authority.certificate()),
                Optional.of(file(name + ".pem")),
                Optional.of(file(name + ".key")));
    }

    private void start(String certificate, boolean wantsCertificate) throws IOException {
        marathon = ScriptedMarathon.secure(files(certificate).context(), wantsCertificate);
        marathon.apps(APPS);
    }

    private void watch(String parameters) {
        discovery = Discovery.of(URI.create("marathon+https://" + marathon.uri().getAuthority() + "/?" + parameters));
        discovery.watch(watching);
    }

    @Test
    void trustsTheAuthorityThatItIsTold() throws Exception {
        start("marathon", false);
        watch("ca=" + authority.certificate());
        watching.awaitEndpoints("/a", 1);
        marathon.apps(APPS.replace("31000", "31001"));
        watching.await(
                catalog -> Watching.endpoints(catalog, "/a").get(0).address().getPort() == 31001);
    }

    @Test
    void trustsNobodyElse() throws Exception {
        start("marathon", false);
        watch("reconcile=1m");
        assertThat(watching.awaitFailure()).hasMessageContaining("certification path");
    }

    @Test
    void comparesTheNameOfTheHost() throws Exception {
        start("other", false);
        watch("ca=" + authority.certificate());
        assertThat(watching.awaitFailure()).hasMessageContaining("No subject alternative names matching IP address");
    }

    @Test
    void presentsACertificateWhereOneIsWanted() throws Exception {
        start("marathon", true);
        watch("ca=" + authority.certificate() + "&cert=" + file("client.pem") + "&key=" + file("client.key"));
        watching.awaitEndpoints("/a", 1);
    }

    @Test
    void isRefusedWithoutACertificateWhereOneIsWanted() throws Exception {
        start("marathon", true);
        watch("ca=" + authority.certificate());
        assertThat(watching.awaitFailure()).hasMessageContaining(marathon.uri().toString());
    }

    @Test
    void saysWhichFileIsWrong() throws IOException {
        Path empty = Files.writeString(file("empty.pem"), "");
        assertThatThrownBy(() -> new TlsFiles(Optional.of(empty), Optional.empty(), Optional.empty()).context())
                .hasMessageContaining(empty + ": none (expected: a PEM file with certificates)");
        assertThatThrownBy(() -> new TlsFiles(
                                Optional.empty(), Optional.of(file("client.pem")), Optional.of(file("ca.pem")))
                        .context())
                .hasMessageStartingWith("key " + file("ca.pem") + ": no private key (expected: ");
        assertThatThrownBy(() -> new TlsFiles(Optional.empty(), Optional.of(empty), Optional.empty()))
                .hasMessage("key: missing (expected: the private key of " + empty + ")");
        assertThatThrownBy(() -> new TlsFiles(Optional.empty(), Optional.empty(), Optional.of(empty)))
                .hasMessage("certificate: missing (expected: the certificate for " + empty + ")");
        assertThatThrownBy(() -> new TlsFiles(Optional.of(file("gone")), Optional.empty(), Optional.empty()).context())
                .hasMessageStartingWith("certificate authorities: " + file("gone"));
    }

    @Test
    void readsAnotherCredentialFileOnceWhenItIsRefused() throws Exception {
        start("marathon", false);
        Path file = Files.writeString(file("credentials"), "me:old");
        marathon.authorization(new BasicCredentials("me", "new").header());
        watch("ca=" + authority.certificate() + "&credential-file=" + file);
        assertThat(watching.awaitFailure())
                .hasMessageEndingWith("/v2/info: status 401 (expected: 200): it refuses user and password of " + file);
        Files.writeString(file, "me:new");
        watching.awaitEndpoints("/a", 1);
        assertThat(marathon.authorizations()).doesNotContain("none");
    }

    @Test
    void aRedirectToAnotherHostOrToHttpCarriesNoCredentials() throws Exception {
        start("marathon", false);
        try (ScriptedMarathon elsewhere = new ScriptedMarathon()) {
            marathon.redirect(elsewhere.uri());
            discovery = MarathonDiscovery.of(MarathonConfig.builder(marathon.uri())
                    .credentials("me", "secret")
                    .tls(files("client").context())
                    .trustedHosts(java.util.Set.of("127.0.0.1"))
                    .pollInterval(Duration.ofMillis(100))
                    .build());
            discovery.watch(watching);
            watching.awaitEndpoints("/a", 1);
            while (elsewhere.authorizations().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(elsewhere.authorizations()).containsOnly("none");
            assertThat(marathon.authorizations()).containsOnly(new BasicCredentials("me", "secret").header());
        }
    }

    @Test
    void saysThatCredentialsAreMissing() throws Exception {
        start("marathon", false);
        marathon.authorization("Basic x");
        watch("ca=" + authority.certificate());
        assertThat(watching.awaitFailure()).hasMessageEndingWith("status 401 (expected: 200): it wants credentials");
    }
}
