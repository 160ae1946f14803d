package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real {@code openssl s_client} that talks with a server; everything it prints is kept. */
final class OpenSslClient implements AutoCloseable {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";

    private final Process process;
    private final StringBuilder output = new StringBuilder();

    private OpenSslClient(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    static boolean isThere() {
        try {
            return run("version").startsWith("OpenSSL ");
        } catch (IOException e) {
            return false;
        }
    }

    /** What the program prints for these words, to its end. */
    static String run(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** A self-signed certificate with an RSA key, as a PEM file with both. */
    static Path rsaCertificate(Path file, String commonName) throws IOException {
        run(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + commonName,
                "-keyout",
                file.toString(),
                "-out",
                file + ".crt");
        java.nio.file.Files.writeString(
                file, java.nio.file.Files.readString(Path.of(file + ".crt")), java.nio.file.StandardOpenOption.APPEND);
        java.nio.file.Files.delete(Path.of(file + ".crt"));
        return file;
    }

    /** Begins a handshake for a server name. */
    static OpenSslClient to(InetSocketAddress server, String serverName, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                server.getAddress().getHostAddress() + ":" + server.getPort(),
                "-servername",
                serverName));
        command.addAll(List.of(options));
        return new OpenSslClient(command);
    }

    /** All that it prints when it asks for a page after the handshake, up to the end of the connection. */
    static String get(InetSocketAddress server, String serverName, String... options) throws Exception {
        try (OpenSslClient client = to(server, serverName, options)) {
            return client.say(REQUEST).rest();
        }
    }

    /** Sends a text, or has it do something if the text begins with a capital letter that it knows. */
    OpenSslClient say(String text) {
        try {
            process.getOutputStream().write(text.getBytes(ISO_8859_1));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It has ended: what it printed says why.
        }
        return this;
    }

    /** Reads until it has printed something. */
    OpenSslClient await(String text) throws IOException {
        InputStream in = process.getInputStream();
        while (output.indexOf(text) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("no " + text + " in " + output);
            }
            output.append((char) b);
        }
        return this;
    }

    /** All that it has printed when it has ended. */
    String rest() throws Exception {
        output.append(new String(process.getInputStream().readAllBytes(), ISO_8859_1));
        process.waitFor(Wire.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        return output.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
