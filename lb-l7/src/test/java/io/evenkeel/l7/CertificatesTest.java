package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {

    private static String good;

    @TempDir
    Path dir;

    @BeforeAll
    static void makeOne(@TempDir Path shared) throws IOException {
        good = Files.readString(TestCertificates.forHosts(shared.resolve("good.pem"), "a.example"));
    }

    @Test
    void loadsFilesAndDirectories() throws IOException {
        Path file = Files.writeString(dir.resolve("one.pem"), good);
        Path inside = Files.createDirectory(dir.resolve("more"));
        Files.writeString(inside.resolve("two.pem"), good);
        Files.createDirectory(inside.resolve("not-a-file"));
        assertThat(Certificates.load(List.of(file, inside)).context(null)).isNotNull();
    }

    @Test
    void aFileMayHaveItsKeyFirst() throws IOException {
        int key = good.indexOf("-----BEGIN PRIVATE");
        Path file = Files.writeString(dir.resolve("key-first.pem"), good.substring(key) + good.substring(0, key));
        assertThat(Certificates.load(List.of(file)).context(null)).isNotNull();
    }

    @Test
    void namesTheFileThatIsNoCertificate() throws IOException {
        refuses("junk.pem", "no certificate at all\n");
        refuses("empty.pem", "");
        refuses("broken.pem", good.replaceFirst("\n[A-Za-z0-9+/]{8}", "\nAAAAAAAA"));
    }

    @Test
    void namesTheFileThatLacksItsKeyOrItsCertificate() throws IOException {
        int key = good.indexOf("-----BEGIN PRIVATE");
        refuses("no-key.pem", good.substring(0, key));
        refuses("no-certificate.pem", good.substring(key));
    }

    @Test
    void namesTheFileWhoseKeyCannotBeRead() throws IOException {
        refuses("nonsense-key.pem", good.replaceFirst("PRIVATE KEY-----\n[^-]+", "PRIVATE KEY-----\nAAAA\n"));
    }

    @Test
    void namesTheFileThatIsNotThereAndTheOneBadFileOfADirectory() throws IOException {
        Path missing = dir.resolve("missing.pem");
        assertThatThrownBy(() -> Certificates.load(List.of(missing)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate " + missing);
        Files.writeString(dir.resolve("a-good.pem"), good);
        Path bad = Files.writeString(dir.resolve("b-bad.pem"), good.substring(0, good.length() / 2));
        assertThatThrownBy(() -> Certificates.load(List.of(dir)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate " + bad);
    }

    @Test
    void whatCouldNotBeReadIsTriedAgainThoughTheFileLooksTheSame() throws IOException {
        Path file = Files.writeString(dir.resolve("one.pem"), good);
        Certificates certificates = Certificates.load(List.of(file));
        FileTime later = FileTime.fromMillis(1_700_000_000_000L);
        Files.writeString(file, "x".repeat(good.length()));
        Files.setLastModifiedTime(file, later);
        for (int i = 0; i < 3; i++) {
            assertThat(certificates.refresh()).isFalse();
            assertThat(certificates.failure()).isPresent();
        }
        Files.writeString(file, good); // of the same size, in the same file
        Files.setLastModifiedTime(file, later);
        certificates.refresh();
        assertThat(certificates.failure()).isEmpty();
    }

    @Test
    void aDirectoryThatWasAwayIsNoFailureWhenItIsBack() throws IOException {
        Path inside = Files.createDirectory(dir.resolve("more"));
        Files.writeString(inside.resolve("one.pem"), good);
        Certificates certificates = Certificates.load(List.of(inside));
        certificates.refresh(); // it has settled
        Files.move(inside, dir.resolve("away"));
        assertThat(certificates.refresh()).isFalse();
        assertThat(certificates.failure()).isPresent();

        Files.move(dir.resolve("away"), inside);
        assertThat(certificates.refresh()).isFalse();
        assertThat(certificates.failure()).isEmpty();
    }

    @Test
    void whatIsNoCertificateInADirectoryIsPassedOverAndTold() throws IOException {
        Path junk = Files.writeString(dir.resolve("README"), "Put certificates here.\n");
        assertThatThrownBy(() -> Certificates.load(List.of(dir))).hasMessageStartingWith("certificates: none in [");
        Files.writeString(dir.resolve("one.pem"), good);
        for (String beside : List.of(".one.pem", "one.pem.issuer", "one.pem.ocsp", "one.pem.sctl", "one.pem.key")) {
            Files.writeString(dir.resolve(beside), "-----BEGIN nothing that could be read");
        }
        Certificates certificates = Certificates.load(List.of(dir));
        assertThat(certificates.context(null)).isNotNull();
        assertThat(certificates.passedOver()).containsExactly(junk);
        assertThatThrownBy(() -> Certificates.load(List.of(dir, junk)))
                .as("it was named")
                .hasMessageStartingWith("certificate " + junk);

        Files.delete(junk);
        assertThat(certificates.refresh()).isTrue();
        assertThat(certificates.passedOver()).isEmpty();
    }

    @Test
    void aCertificateOfADirectoryThatIsEmptyNowIsStillShown() throws IOException {
        Files.writeString(dir.resolve("one.pem"), good);
        Path second = Files.writeString(dir.resolve("two.pem"), good);
        Certificates certificates = Certificates.load(List.of(dir));
        Files.writeString(second, "");
        assertThat(certificates.refresh()).isFalse();
        assertThat(certificates.failure())
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("certificate " + second));
        assertThat(certificates.passedOver()).isEmpty();
    }

    @Test
    void saysThatThereIsNone() {
        assertThatThrownBy(() -> Certificates.load(List.of(dir)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("certificates: none in [" + dir + "] (expected: at least one PEM file)");
    }

    private void refuses(String name, String content) throws IOException {
        Path file = Files.writeString(dir.resolve(name), content);
        assertThatThrownBy(() -> Certificates.load(List.of(file)))
                .as(name)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("certificate " + file + ": ")
                .hasMessageEndingWith(" (expected: a PEM file with a certificate chain and its unencrypted key)");
    }
}
