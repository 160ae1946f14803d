package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The HTTP stand-in for a task: says which task it is, on which node and port. */
final class HttpTask implements HttpProtocol.Handler {
    private static final int MAX_LENGTH = 64 * 1024 * 1024;

    private final SimulatedTask task;
    private final String container;
    private final int port;

    HttpTask(SimulatedTask task, String container, int port) {
        this.task = task;
        this.container = container;
        this.port = port;
    }

    @Override
    public void handle(Request request, HttpProtocol.Exchange exchange) throws IOException {
        try {
            task.served();
            if (task.failure() == TaskFailure.RESET) {
                exchange.takeOver().reset();
                return;
            }
            if (task.failure() == TaskFailure.HANG) {
                exchange.takeOver().in().transferTo(java.io.OutputStream.nullOutputStream());
                return;
            }
            // The latency that the task or the request was given: slow answers are what it is asked for.
            Thread.sleep(task.latency().toMillis() + Math.max(0, request.number("_sleep", 0)));
            exchange.send(answer(request).with("X-Task", task.idOf(container)));
        } catch (MarathonException e) {
            exchange.send(e.response());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            exchange.takeOver();
        }
    }

    private Response answer(Request request) {
        if (task.failure() == TaskFailure.ERROR_500) {
            return Response.of(500, "text/plain", "failing on demand\n");
        }
        if (request.path().equals("/health")) {
            boolean up = task.containerHealth(container) != TaskHealth.DEAD;
            return Response.of(up ? 200 : 503, "text/plain", up ? "healthy\n" : "unhealthy\n");
        }
        int status = request.number("_status", 200);
        if (status < 200 || status > 599) {
            throw new MarathonException(400, "_status: " + status + " (expected: 200..599)");
        }
        if (request.path().equals("/echo")) {
            return Response.json(status, echo(request));
        }
        int length = request.number("_len", -1);
        if (length > MAX_LENGTH) {
            throw new MarathonException(400, "_len: " + length + " (expected: <= " + MAX_LENGTH + ")");
        }
        String page = "Request received. I'm serving from task " + task.idOf(container) + "\nRunning on node "
                + task.host() + " and port " + port;
        byte[] body = page.getBytes(StandardCharsets.UTF_8);
        if (length >= 0) {
            body = new byte[length];
            Arrays.fill(body, (byte) 'x');
        }
        return Response.of(status, "text/html", status == 204 || status == 304 ? new byte[0] : body);
    }

    private ObjectNode echo(Request request) {
        ObjectNode echo = Json.object()
                .put("task", task.idOf(container))
                .put("method", request.method())
                .put("target", request.target())
                .put("version", request.version());
        request.headers()
                .forEach(header -> echo.withArray("headers")
                        .addArray()
                        .add(header.getKey())
                        .add(header.getValue()));
        return echo.put("bodyLength", request.body().length).put("remoteAddress", request.remoteAddress());
    }
}
