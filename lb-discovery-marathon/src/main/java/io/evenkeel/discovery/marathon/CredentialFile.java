package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** See {@link Credentials#file}. */
record CredentialFile(Path file) implements Credentials {

    private static final int LONGEST = 64 * 1024;

    CredentialFile {
        requireNonNull(file, "file");
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if it cannot be read or is not what it should be
     */
    BasicCredentials read() {
        String first;
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
            first = text.lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "credential file: " + file
                            + ": cannot be read (expected: a file whose first line is user:password)",
                    e);
        }
        int colon = first.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "credential file: " + file + ": its first line has no colon (expected: user:password)");
        }
        return new BasicCredentials(first.substring(0, colon), first.substring(colon + 1));
    }

    @Override
    public String kind() {
        return "user and password of " + file;
    }

    @Override
    public String toString() {
        return "Credentials[" + file + "]";
    }
}
