package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialFileTest {

    @TempDir
    private Path directory;

    private Path write(String content, long time) throws IOException {
        Path file = directory.resolve("credentials");
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time));
        return file;
    }

    @Test
    void readsTheFirstLine() throws IOException {
        Path file = write("me:pass:word\nmore\n", 1000);
        assertThat(new CredentialFile(file).read()).isEqualTo(new BasicCredentials("me", "pass:word"));
        assertThat(Credentials.file(file)).hasToString("Credentials[" + file + "]");
    }

    @Test
    void saysWhatIsWrongWithoutShowingIt() throws IOException {
        Path file = write("s3cret\n", 1000);
        assertThatThrownBy(() -> Credentials.file(file))
                .hasMessage("credential file: " + file + ": its first line has no colon (expected: user:password)");
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Credentials.file(missing))
                .hasMessageStartingWith("credential file: " + missing + ": cannot be read (expected: ");
    }

    @Test
    void isReadAgainWhenItChangesAndWhenItIsRefused() throws IOException {
        Path file = write("me:one", 1000);
        Authorization authorization = new Authorization.OfFile(new CredentialFile(file));
        String first = authorization.header().join();
        assertThat(authorization.refused(first)).isFalse();
        write("me:two", 2000);
        String second = authorization.header().join();
        assertThat(second).isNotEqualTo(first);
        write("me:three", 2000); // within one tick of the file system's clock
        assertThat(authorization.header().join()).isEqualTo(second);
        assertThat(authorization.refused(second)).isTrue();
        assertThat(authorization.header().join()).isNotEqualTo(second);
    }

    @Test
    void whileItIsGoneTheLastOneDoes() throws IOException {
        Path file = write("me:one", 1000);
        Authorization authorization = new Authorization.OfFile(new CredentialFile(file));
        String first = authorization.header().join();
        Files.delete(file);
        assertThat(authorization.header().join()).isEqualTo(first);
        write("", 3000);
        assertThat(authorization.header().join()).isEqualTo(first);
    }
}
