package io.evenkeel.l7;

import io.evenkeel.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real HAProxy that logs to its standard output, for comparison. */
final class HaproxyPeer implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private HaproxyPeer(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "haproxy-log");
        reader.setDaemon(true);
        reader.start();
    }

    static boolean isThere() {
        return Files.isExecutable(PROGRAM);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Starts one, and waits until it takes connections. */
    static HaproxyPeer start(Path dir, String config, int port) throws IOException {
        Path file = Files.writeString(dir.resolve("haproxy.cfg"), config);
        HaproxyPeer peer = new HaproxyPeer(new ProcessBuilder(PROGRAM.toString(), "-db", "-f", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        Eventually.holds("HAProxy listens", () -> {
            try (Socket socket = new Socket()) {
                socket.connect(at(port));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return peer;
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // it has ended
        }
    }

    String nextNormal() throws InterruptedException {
        String line = lines.poll(30, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("HAProxy has logged nothing");
        }
        return AccessLines.normal(line);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
