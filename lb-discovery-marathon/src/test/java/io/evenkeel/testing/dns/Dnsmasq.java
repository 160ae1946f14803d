package io.evenkeel.testing.dns;

import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real dnsmasq, where one is installed: a process of its own on a free port of 127.0.0.1, ended by closing it. */
public final class Dnsmasq implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/dnsmasq"), Path.of("/usr/local/sbin/dnsmasq"), Path.of("/usr/bin/dnsmasq"));

    private final InetSocketAddress address;
    private final Process process;

    private Dnsmasq(InetSocketAddress address, Process process) {
        this.address = address;
        this.process = process;
    }

    /** Whether there is one. */
    public static boolean isInstalled() {
        return binary().isPresent();
    }

    private static Optional<Path> binary() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    /** Starts one with records as its command line takes them, on a given port or for 0 on a free one. */
    public static Dnsmasq start(int port, String... records) throws IOException {
        int chosen = port == 0 ? freePort() : port;
        List<String> command = new ArrayList<>(List.of(
                binary().orElseThrow(() -> new IllegalStateException("no dnsmasq here"))
                        .toString(),
                "--no-daemon",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--port=" + chosen));
        command.addAll(List.of(records));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Dnsmasq dnsmasq = new Dnsmasq(new InetSocketAddress(InetAddress.getLoopbackAddress(), chosen), process);
        Eventually.holds("dnsmasq listens", dnsmasq::listens);
        return dnsmasq;
    }

    /* Free over both protocols a moment ago, which is as good as it gets with a port that another process is to have. */
    private static int freePort() throws IOException {
        try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
            return udp.getLocalPort();
        }
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("dnsmasq ended with " + process.exitValue());
        }
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it listens, over both. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
