package io.evenkeel.l7.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium with one page, told what to do over its debugging port. */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final Process process;
    private final WebSocket page;
    private int last;

    private Browser(Path program, Path profile, URI url) throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--window-size=1500,900",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile)
                .redirectErrorStream(true)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        while (line != null && !line.startsWith("DevTools listening on ")) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("the browser does not start");
        }
        int port = URI.create(line.substring("DevTools listening on ".length())).getPort();
        Thread reader = new Thread(() -> output.lines().forEach(rest -> {}), "browser-output");
        reader.setDaemon(true);
        reader.start();
        HttpRequest open = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?" + url))
                .PUT(BodyPublishers.noBody())
                .build();
        JsonNode target =
                JSON.readTree(client.send(open, BodyHandlers.ofString()).body());
        page = client.newWebSocketBuilder()
                .buildAsync(URI.create(target.get("webSocketDebuggerUrl").asText()), new Listener())
                .join();
    }

    /** Where Chromium is, if it is installed. */
    static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser open(Path program, Path profile, URI url) throws IOException, InterruptedException {
        return new Browser(program, profile, url);
    }

    /** What an expression of JavaScript comes to, as a text. */
    String evaluate(String expression) {
        JsonNode result = call("Runtime.evaluate", Map.of("expression", "String(" + expression + ")"));
        return result.path("result").path("value").asText();
    }

    /** Keeps a picture of the page. */
    void screenshot(Path file) throws IOException {
        JsonNode result = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(file, Base64.getDecoder().decode(result.get("data").asText()));
    }

    private JsonNode call(String method, Map<String, Object> parameters) {
        try {
            int id = ++last;
            page.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                    .join();
            JsonNode answer = answers.poll(30, TimeUnit.SECONDS);
            if (answer == null || answer.get("id").asInt() != id) {
                throw new AssertionError(method + ": " + answer);
            }
            return answer.path("result");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        page.abort();
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        for (ProcessHandle child : children) {
            child.destroyForcibly();
            child.onExit().join(); // else it goes on writing into its profile
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
            parts.append(data);
            if (isLast) {
                try {
                    JsonNode message = JSON.readTree(parts.toString());
                    if (message.has("id")) {
                        answers.add(message);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
