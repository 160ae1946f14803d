package io.evenkeel.l7.log;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/**
 * HAProxy's formats, {@code option httplog} for requests and {@code option tcplog} for other connections, letter for letter,
 * so that what reads its logs reads these. Not thread-safe.
 */
final class HaproxyFormat implements LineFormat {

    private static final byte[] NO_SERVER = "<NOSRV>".getBytes(StandardCharsets.US_ASCII);

    private final AddressTexts addresses = new AddressTexts();
    private final DateTexts dates = DateTexts.of("dd/MMM/yyyy:HH:mm:ss", ZoneId.systemDefault());
    private final ServerTexts servers;

    HaproxyFormat(ServerTexts servers) {
        this.servers = servers;
    }

    @Override
    public void write(AccessRecord r, LineBuffer line) {
        line.add(addresses.of(r.client())).add(':').add(r.client().getPort()).add(" [");
        line.add(dates.of(r.startMillis()))
                .add('.')
                .padded(Math.floorMod(r.startMillis(), 1000L), 3)
                .add("] ");
        String frontend = r.frontend();
        line.numberSign(frontend).add(r.isTls() ? "~ " : " ");
        String backend = r.backend();
        line.numberSign(backend == null ? frontend : backend);
        var server = r.server();
        line.add('/').add(server == null ? NO_SERVER : servers.of(server)).add(' ');
        times(r, line);
        if (r.isHttp()) {
            line.add(r.status())
                    .add(' ')
                    .add(r.sent())
                    .add(" - - ")
                    .add(r.cause())
                    .add(r.phase());
            line.add(r.cookieSent()).add(r.cookieSet()).add(' ');
        } else {
            line.add(r.sent()).add(' ').add(r.cause()).add(r.phase()).add(' ');
        }
        line.add(r.connections()).add('/').add(r.frontendConnections()).add('/').add(r.backendUses());
        line.add('/')
                .add(r.serverUses())
                .add(r.isRedispatched() ? "/+" : "/")
                .add(r.retries())
                .add(" 0/")
                .add(r.queued());
        if (r.isHttp()) {
            line.add(" \"");
            request(r, line);
            line.add('"');
        }
    }

    private static void times(AccessRecord r, LineBuffer line) {
        if (r.isHttp()) {
            line.add(r.requestMillis()).add('/');
        }
        line.add(r.queueMillis()).add('/').add(r.connectMillis()).add('/');
        if (r.isHttp()) {
            line.add(r.responseMillis()).add('/');
        }
        line.add(r.totalMillis()).add(' ');
    }

    private static void request(AccessRecord r, LineBuffer line) {
        if (!r.hasRequest()) {
            line.add("<BADREQ>");
            return;
        }
        byte[] bytes = r.bytes();
        line.numberSign(bytes, r.start(AccessRecord.METHOD), r.end(AccessRecord.METHOD))
                .add(' ');
        line.numberSign(bytes, r.start(AccessRecord.TARGET), r.end(AccessRecord.TARGET))
                .add(' ');
        line.numberSign(bytes, r.start(AccessRecord.VERSION), r.end(AccessRecord.VERSION));
    }
}
