package io.evenkeel.l4;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipes of one event loop, for whatever is between two sockets: each is a pair of file descriptors with 64 KiB in the
 * kernel behind it at most. Empty ones are used again. Used on the loop.
 */
final class Pipes {

    private static final Logger LOG = LoggerFactory.getLogger(Pipes.class);
    private static final int MOST_FREE = 16;
    private static final int PAUSE = 1000; // askings, after there was none to be had

    private final ArrayDeque<Pipe> free = new ArrayDeque<>();
    private final int most;
    private int open;
    private int pause;
    private boolean closed;

    /**
     * No pipes.
     *
     * @param most how many there may be together
     */
    Pipes(int most) {
        this.most = most;
    }

    record Pipe(FileDescriptor out, FileDescriptor in) {}

    /** Whether there is one to be had, as far as is known; for a while there is not after one could not be had. */
    boolean hasOne() {
        if (pause > 0) {
            pause--;
            return false;
        }
        return !free.isEmpty() || open < most;
    }

    /** An empty one; null if there is none to be had. */
    @Nullable
    Pipe take() {
        Pipe pipe = free.poll();
        if (pipe != null) {
            return pipe;
        }
        if (open >= most || closed) {
            pause = PAUSE;
            return null;
        }
        try {
            FileDescriptor[] ends = FileDescriptor.pipe();
            open++;
            return new Pipe(ends[0], ends[1]);
        } catch (IOException e) {
            LOG.debug("no pipe", e); // bytes are copied then
            pause = PAUSE;
            return null;
        }
    }

    /** Takes one back. */
    void give(Pipe pipe, boolean isEmpty) {
        if (isEmpty && !closed && free.size() < MOST_FREE) {
            free.push(pipe);
        } else {
            close(pipe);
        }
    }

    private void close(Pipe pipe) {
        open--;
        close(pipe.in());
        close(pipe.out());
    }

    private static void close(FileDescriptor end) {
        try {
            end.close();
        } catch (IOException e) {
            LOG.debug("closing a pipe", e);
        }
    }

    void close() {
        closed = true;
        while (!free.isEmpty()) {
            close(free.pop());
        }
    }
}
