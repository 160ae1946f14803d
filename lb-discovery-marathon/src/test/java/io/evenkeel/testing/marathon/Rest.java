package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The client side of these tests: REST calls by the JDK's client, raw bytes by a socket, and the recordings. */
final class Rest {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    Rest(URI base) {
        this.base = base;
    }

    HttpResponse<String> get(String target, String... headers) {
        return call("GET", target, "", headers);
    }

    JsonNode json(String target, String... headers) {
        return Json.parse(get(target, headers).body());
    }

    HttpResponse<String> call(String method, String target, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + target))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks again and again until the condition holds; gives up when patience ends. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("still not so after " + PATIENCE);
            }
            Thread.onSpinWait();
        }
    }

    static Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket(host, port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    static Socket send(URI uri, String text) throws IOException {
        Socket socket = connect(uri.getHost(), uri.getPort());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Everything answered to the text until the server closes. */
    static String exchange(URI uri, String text) throws IOException {
        try (Socket socket = send(uri, text)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** What arrives until the text given has arrived, or the stream has ended. */
    static String readUntil(Socket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            read.append((char) b);
            if (b == end.charAt(end.length() - 1) && read.toString().endsWith(end)) {
                break;
            }
        }
        return read.toString();
    }

    static String recorded(String name) {
        try (InputStream in = Rest.class.getResourceAsStream("recorded/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text without what differs from one run to the next: dates, ids, addresses and ports. */
    static String masked(String text) {
        return text.replaceAll("Date: [^\\r]*", "Date: *")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:*")
                .replaceAll("127\\.0\\.1\\.\\d+", "127.0.1.*")
                .replaceAll("UUID-S\\d+", "UUID-S*")
                .replaceAll("\"ports\":\\[\\d+,\\d+]", "\"ports\":[*]")
                .replaceAll("Content-Length: \\d+", "Content-Length: *");
    }

    static String shopApp() {
        return recorded("shop-app.json");
    }
}
