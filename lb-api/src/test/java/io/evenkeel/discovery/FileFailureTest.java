package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileFailureTest {

    @Test
    void theReasonIsNeverTheFilesName() {
        assertThat(FileFailure.reason(new NoSuchFileException("/nope"))).isEqualTo("no such file");
        assertThat(FileFailure.reason(new AccessDeniedException("/nope"))).isEqualTo("permission denied");
        assertThat(FileFailure.reason(new FileSystemException("/nope", null, "Not a directory")))
                .isEqualTo("Not a directory");
        assertThat(FileFailure.reason(new IOException("Is a directory"))).isEqualTo("Is a directory");
    }
}
