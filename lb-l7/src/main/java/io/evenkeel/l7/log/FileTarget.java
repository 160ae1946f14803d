package io.evenkeel.l7.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that lines are added to. If it cannot be opened again, that is tried with every write. What
 * follows a write that failed begins on a line of its own. Not thread-safe. */
final class FileTarget implements LineTarget {

    /** The way to the file, or to what a test has in its place. */
    interface Opening {
        OutputStream open() throws IOException;
    }

    private final Opening opening;
    private @Nullable OutputStream out;
    private boolean torn;

    FileTarget(Path file) throws IOException {
        this(() -> new FileOutputStream(file.toFile(), true));
    }

    FileTarget(Opening opening) throws IOException {
        this.opening = opening;
        this.out = opening.open();
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        OutputStream to = out;
        if (to == null) {
            out = to = opening.open();
        }
        boolean afterPartOfALine = torn;
        torn = true; // unless all goes well
        if (afterPartOfALine) {
            to.write('\n');
        }
        to.write(bytes, 0, length);
        torn = false;
    }

    @Override
    public void reopen() throws IOException {
        close();
        out = opening.open();
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
