package io.evenkeel.samples.clients;

import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/** Redis itself at one address: a process that keeps nothing. */
final class RedisProcess implements AutoCloseable {

    private final Process process;

    private RedisProcess(Process process) {
        this.process = process;
    }

    /** Starts one and waits until it listens; empty if this machine has no Redis. */
    static Optional<RedisProcess> start(InetSocketAddress at) {
        String host = at.getAddress().getHostAddress();
        String port = Integer.toString(at.getPort());
        ProcessBuilder command =
                new ProcessBuilder("redis-server", "--bind", host, "--port", port, "--save", "", "--appendonly", "no");
        RedisProcess started;
        try {
            started = new RedisProcess(command.redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            Eventually.holds("redis-server listens at " + at, () -> started.listensAt(at));
        } catch (AssertionError e) {
            started.close();
            throw e;
        }
        return Optional.of(started);
    }

    private boolean listensAt(InetSocketAddress address) {
        if (!process.isAlive()) {
            throw new AssertionError("redis-server ended with " + process.exitValue());
        }
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
