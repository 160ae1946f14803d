package io.evenkeel.l7.log;

import java.time.ZoneOffset;

/** One JSON object a line; what is not known is left out. Not thread-safe. */
final class JsonFormat implements LineFormat {

    private final AddressTexts addresses = new AddressTexts();
    private final DateTexts dates = DateTexts.of("yyyy-MM-dd'T'HH:mm:ss", ZoneOffset.UTC);
    private final ServerTexts servers;

    JsonFormat(ServerTexts servers) {
        this.servers = servers;
    }

    @Override
    public void write(AccessRecord r, LineBuffer line) {
        line.add("{\"time\":\"").add(dates.of(r.startMillis())).add('.');
        line.padded(Math.floorMod(r.startMillis(), 1000L), 3)
                .add("Z\",\"mode\":\"")
                .add(r.isHttp() ? "http" : "tcp");
        line.add("\",\"client\":\"").add(addresses.of(r.client())).add('"');
        number(line, "client_port", r.client().getPort());
        text(line, "frontend", r.frontend());
        line.add(",\"tls\":").add(Boolean.toString(r.isTls()));
        String backend = r.backend();
        if (backend != null) {
            text(line, "backend", backend);
        }
        var server = r.server();
        if (server != null) {
            text(line, "server", servers.of(server));
        }
        text(line, "method", r, AccessRecord.METHOD);
        text(line, "target", r, AccessRecord.TARGET);
        text(line, "version", r, AccessRecord.VERSION);
        text(line, "host", r, AccessRecord.HOST);
        text(line, "referer", r, AccessRecord.REFERER);
        text(line, "user_agent", r, AccessRecord.USER_AGENT);
        known(line, "status", r.status());
        number(line, "bytes", r.sent());
        known(line, "request_ms", r.requestMillis());
        known(line, "queue_ms", r.queueMillis());
        known(line, "connect_ms", r.connectMillis());
        known(line, "response_ms", r.responseMillis());
        known(line, "total_ms", r.totalMillis());
        line.add(",\"termination\":\"").add(r.cause()).add(r.phase());
        if (r.isHttp()) {
            line.add(r.cookieSent()).add(r.cookieSet());
        }
        line.add('"');
        number(line, "retries", r.retries());
        line.add(",\"redispatched\":").add(Boolean.toString(r.isRedispatched()));
        number(line, "connections", r.connections());
        number(line, "frontend_connections", r.frontendConnections());
        number(line, "backend_uses", r.backendUses());
        number(line, "server_uses", r.serverUses());
        number(line, "backend_queue", r.queued());
        line.add('}');
    }

    private static void known(LineBuffer line, String name, long value) {
        if (value >= 0) {
            number(line, name, value);
        }
    }

    private static void number(LineBuffer line, String name, long value) {
        line.add(",\"").add(name).add("\":").add(value);
    }

    private static void text(LineBuffer line, String name, String value) {
        line.add(",\"").add(name).add("\":\"").json(value).add('"');
    }

    private static void text(LineBuffer line, String name, byte[] value) {
        line.add(",\"").add(name).add("\":\"").json(value, 0, value.length).add('"');
    }

    private static void text(LineBuffer line, String name, AccessRecord r, int text) {
        if (r.end(text) > r.start(text)) {
            line.add(",\"").add(name).add("\":\"");
            line.json(r.bytes(), r.start(text), r.end(text)).add('"');
        }
    }
}
