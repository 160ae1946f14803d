package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What stands between the wire and the REST calls of the leading Marathon: the log of requests, faults, credentials,
 * event streams, and the headers every answer carries.
 */
final class LeaderHandler implements HttpProtocol.Handler {
    private static final int KEPT_REQUESTS = 10_000;
    private static final int SMALLEST_GZIP = 32;
    private static final byte[] GARBAGE = "{\"apps\":[{\"id\":\"/x\",,,".getBytes(StandardCharsets.US_ASCII);

    private final SimulatorConfig config;
    private final Faults faults;
    private final EventBus bus;
    private final Function<Request, Response> rest;
    private final Function<Request, Response> control;
    private final Supplier<URI> uri;
    private final Deque<ReceivedRequest> requests = new ArrayDeque<>();

    LeaderHandler(
            SimulatorConfig config,
            Faults faults,
            EventBus bus,
            Function<Request, Response> rest,
            Function<Request, Response> control,
            Supplier<URI> uri) {
        this.config = config;
        this.faults = faults;
        this.bus = bus;
        this.rest = rest;
        this.control = control;
        this.uri = uri;
    }

    @Override
    public void handle(Request request, HttpProtocol.Exchange exchange) throws IOException {
        if (request.rawPath().equals("/sim") || request.rawPath().startsWith("/sim/")) {
            exchange.send(control.apply(request));
            return;
        }
        boolean hangs = faults.has(Fault.HANG); // before it is recorded: whoever sees the request may end the fault
        record(request);
        if (hangs) {
            exchange.takeOver();
            faults.awaitOff(Fault.HANG);
        } else if (faults.has(Fault.HTML_502)) {
            exchange.send(Response.html(502, request.rawPath()));
        } else if (!authorized(config, request)) {
            exchange.send(unauthorized(request));
        } else if (request.rawPath().equals("/v2/events") && request.method().equals("GET")) {
            events(request, exchange);
        } else {
            answer(request, exchange);
        }
    }

    private void events(Request request, HttpProtocol.Exchange exchange) throws IOException {
        if (!request.headerHas("Accept", "text/event-stream")) {
            exchange.send(Response.html(405, request.rawPath()).withFirst(common()));
            return;
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>(common());
        headers.add(entry("Content-Type", "text/event-stream;charset=utf-8"));
        headers.add(entry("Connection", "close"));
        headers.addAll(exchange.onTheWay());
        Set<String> wanted = config.oldServer() ? Set.of() : new HashSet<>(request.query("event_type"));
        bus.serve(exchange.takeOver(), wanted, headers);
    }

    private void answer(Request request, HttpProtocol.Exchange exchange) throws IOException {
        boolean list = request.path().equals("/v2/apps") && request.method().equals("GET");
        boolean apps = request.path().startsWith("/v2/apps");
        Response response;
        if (faults.has(Fault.ERROR_500) || (apps && faults.has(Fault.APPS_ERROR_500))) {
            response = Response.json(500, Json.object().put("message", "failing on demand"));
        } else if (list && faults.has(Fault.EMPTY_LIST)) {
            response = Response.of(200, "application/json", "{\"apps\":[]}");
        } else {
            response = rest.apply(request);
        }
        boolean json = response.headers().contains(entry("Content-Type", "application/json"));
        if (json && faults.has(Fault.GARBAGE)) {
            response = response.withBody(GARBAGE);
        }
        boolean html = response.status() == 405;
        response = html ? response : response.withFirst(common());
        if (request.method().equals("GET") && !html) {
            response = response.with("Vary", "Accept-Encoding, User-Agent");
            if (request.headerHas("Accept-Encoding", "gzip") && response.body().length >= SMALLEST_GZIP) {
                response = response.gzipped();
            }
        }
        boolean get = request.method().equals("GET");
        if (get) {
            faults.slow(Fault.SLOW_HEAD);
        }
        if (faults.has(Fault.TRUNCATED)) {
            OutputStream out = exchange.takeOver().out();
            byte[] half = Arrays.copyOf(response.body(), response.body().length / 2);
            response.withBody(half).writeTo(out, true, false, response.body().length);
        } else {
            exchange.send(response, get ? () -> faults.slow(Fault.SLOW_BODY) : () -> {});
        }
    }

    private List<Map.Entry<String, String>> common() {
        return List.of(
                entry("X-Marathon-Leader", uri.get().toString()),
                entry("X-Frame-Options", "DENY"),
                entry("X-XSS-Protection", "1; mode=block"),
                entry("Cache-Control", "no-cache, no-store, must-revalidate"),
                entry("Pragma", "no-cache"),
                entry("Expires", "0"));
    }

    static boolean authorized(SimulatorConfig config, Request request) {
        String wanted = config.authorization();
        return wanted == null || wanted.equals(request.header("Authorization").orElse(""));
    }

    static Response unauthorized(Request request) {
        return Response.html(401, request.rawPath())
                .withFirst(List.of(entry("WWW-Authenticate", "basic realm=\"null\"")));
    }

    private static Map.Entry<String, String> entry(String name, String value) {
        return new SimpleImmutableEntry<>(name, value);
    }

    private void record(Request request) {
        ReceivedRequest received = new ReceivedRequest(
                request.method(),
                request.target(),
                request.header("Authorization").orElse(""),
                Instant.now());
        synchronized (requests) {
            requests.add(received);
            if (requests.size() > KEPT_REQUESTS) {
                requests.remove();
            }
        }
    }

    List<ReceivedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }
}
