package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.TlsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class EntranceFlagsTest {

    @TempDir
    private Path dir;

    @Test
    void withoutAnyCertificateOneIsMadeUp() {
        assertThat(of(List.of(), Map.of("HAPROXY_SSL_CERT", " ")).sources()).containsExactly("(self-signed)");
    }

    @Test
    void theUsualFileIsTakenWhenNothingElseIsSaid() throws IOException {
        TestCertificates.forHosts(dir.resolve("usual"), "a.example");
        assertThat(of(List.of(), Map.of()).sources())
                .containsExactly(dir.resolve("usual").toString());
        Path other = TestCertificates.forHosts(dir.resolve("other"), "b.example");
        assertThat(of(List.of(other), Map.of()).sources()).containsExactly(other.toString());
    }

    @Test
    void theEnvironmentMayHoldCertificatesWithLineEndsInEitherForm() throws IOException {
        String pem = Files.readString(TestCertificates.forHosts(dir.resolve("other"), "b.example"));
        Map<String, String> environment = Map.of(
                "HAPROXY_SSL_CERT100",
                pem,
                "HAPROXY_SSL_CERT",
                pem.replace("\n", "\\n"),
                "HAPROXY_SSL_CERT0",
                pem,
                "HAPROXY_SSL_CERT101",
                "not one of them",
                "HAPROXY_SSL_CERT00",
                "not one of them");
        assertThat(of(List.of(), environment).sources())
                .containsExactly("HAPROXY_SSL_CERT", "HAPROXY_SSL_CERT0", "HAPROXY_SSL_CERT100");
        assertThatThrownBy(() -> of(List.of(), Map.of("HAPROXY_SSL_CERT7", "nonsense")))
                .hasMessage("certificate HAPROXY_SSL_CERT7: no certificate"
                        + " (expected: a PEM file with a certificate chain and its unencrypted key)");
    }

    @Test
    void keysThatOthersMayReadAreKnown() throws IOException {
        Path mine = TestCertificates.forHosts(
                Files.createDirectory(dir.resolve("all")).resolve("mine"), "a.example");
        Path ours = TestCertificates.forHosts(dir.resolve("all/ours"), "b.example");
        Path everybodys = TestCertificates.forHosts(dir.resolve("all/everybodys"), "c.example");
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rw-r-----"));
        Files.setPosixFilePermissions(everybodys, PosixFilePermissions.fromString("rw----r--"));
        assertThat(of(List.of(mine.getParent()), Map.of()).exposedFiles()).containsExactlyInAnyOrder(ours, everybodys);
        assertThat(of(List.of(mine), Map.of()).exposedFiles()).isEmpty();
    }

    @Test
    void theProviderIsNamed() {
        assertThat(flags().entrances(false).tlsProvider()).isEqualTo(TlsProvider.AUTO);
        assertThat(flags("--tls-provider", "JDK", "--group-https-by-vhost").entrances(false))
                .satisfies(entrances -> {
                    assertThat(entrances.tlsProvider()).isEqualTo(TlsProvider.JDK);
                    assertThat(entrances.groupHttpsByVhost()).isTrue();
                });
        assertThatThrownBy(() -> flags("--tls-provider", "gnutls"))
                .hasMessageContaining("provider: gnutls (expected: auto, openssl or jdk)");
    }

    private Certificates of(List<Path> files, Map<String, String> environment) {
        return flags().certificates(files, environment, dir.resolve("usual"));
    }

    private static EntranceFlags flags(String... args) {
        Program program = new Program();
        new CommandLine(program).parseArgs(args);
        return program.flags;
    }

    @Command
    private static final class Program {

        @Mixin
        private EntranceFlags flags = new EntranceFlags();
    }
}
