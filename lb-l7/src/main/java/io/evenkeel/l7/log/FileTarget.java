package io.evenkeel.l7.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that lines are added to. If it cannot be opened again, that is tried with every write. Not thread-safe. */
final class FileTarget implements LineTarget {

    private final Path file;
    private @Nullable OutputStream out;

    FileTarget(Path file) throws IOException {
        this.file = file;
        this.out = open();
    }

    private OutputStream open() throws IOException {
        return new FileOutputStream(file.toFile(), true);
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        OutputStream to = out;
        if (to == null) {
            out = to = open();
        }
        to.write(bytes, 0, length);
    }

    @Override
    public void reopen() throws IOException {
        close();
        out = open();
    }

    @Override
    public void close() throws IOException {
        OutputStream old = out;
        out = null;
        if (old != null) {
            old.close();
        }
    }
}
