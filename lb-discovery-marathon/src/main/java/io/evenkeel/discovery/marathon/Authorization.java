package io.evenkeel.discovery.marathon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The value of the header {@code Authorization}, wherever it comes from. Thread-safe; no method blocks on the network. */
interface Authorization {

    /** The value to send now; it fails with a {@link io.evenkeel.discovery.DiscoveryException} if there is none. */
    CompletableFuture<String> header();

    /** A host has answered 401 to this value: whether to ask for another and try once more. */
    boolean refused(String header);

    /** One that never changes. */
    record Fixed(String value) implements Authorization {

        @Override
        public CompletableFuture<String> header() {
            return CompletableFuture.completedFuture(value);
        }

        @Override
        public boolean refused(String header) {
            return false;
        }

        @Override
        public String toString() {
            return "Fixed[…]";
        }
    }

    /** One that is read from a file, and again when that has changed. */
    final class OfFile implements Authorization {

        private final CredentialFile file;
        private @Nullable FileTime read;
        private @Nullable String value;

        OfFile(CredentialFile file) {
            this.file = file;
        }

        @Override
        public CompletableFuture<String> header() {
            return CompletableFuture.completedFuture(current());
        }

        @Override
        public synchronized boolean refused(String header) {
            read = null;
            return !current().equals(header);
        }

        /* While the file is being replaced, what was read before does. */
        private synchronized String current() {
            FileTime modified = modified(file.file());
            if (value == null || read == null || !read.equals(modified)) {
                try {
                    value = file.read().header();
                    read = modified;
                } catch (IllegalArgumentException e) {
                    if (value == null) {
                        throw e;
                    }
                }
            }
            return value;
        }

        private static @Nullable FileTime modified(Path path) {
            try {
                return Files.getLastModifiedTime(path);
            } catch (IOException e) {
                return null;
            }
        }
    }
}
