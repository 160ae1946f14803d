package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.Field;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessRecord;
import io.evenkeel.l7.log.AccessRing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of the request that a client is served: when it came to what, for the statistics, and how it ended, for the
 * access log if there is one.
 *
 * <p>One per client connection or stream, begun anew for each request, used on its event loop only. Allocates nothing once
 * the log's records go round; without a log, it is a few fields.
 */
final class RequestRecord {

    /*
     * The letters are HAProxy's: who ended the request, and what it was at then. By itself, a request ends with two dashes;
     * whoever ends it otherwise says so first, by because(), and the first one to do so counts.
     */
    private static final byte[] REFERER = Bytes.of("referer");
    private static final byte[] USER_AGENT = Bytes.of("user-agent");
    private static final byte[] HTTP_10 = Bytes.of("HTTP/1.0");
    private static final byte[] HTTP_11 = Bytes.of("HTTP/1.1");
    private static final byte[] HTTP_2 = Bytes.of("HTTP/2.0");
    private static final byte[] HTTP_SCHEME = Bytes.of("http://");
    private static final byte[] HTTPS_SCHEME = Bytes.of("https://");

    private static final char NOBODY = '-';

    /** How far a request has come; the letter is what it was at. */
    private enum Phase {
        IDLE('-'),
        REQUEST('R'),
        QUEUE('Q'),
        CONNECTION('C'),
        HEADERS('H'),
        DATA('D');

        private final char letter;

        Phase(char letter) {
            this.letter = letter;
        }
    }

    private final Peer client;
    private final HttpFrontend frontend;
    private final LoopClock clock;
    private final @Nullable AccessRing log;
    private @Nullable AccessRecord draft;
    private Phase phase = Phase.IDLE;
    private long started;
    private long whole;
    private long chosen;
    private long connected;
    private long answered;
    private boolean isWhole;
    private boolean isChosen;
    private boolean isConnected;
    private boolean isAnswered;
    private @Nullable HttpBackend backend;
    private @Nullable HttpStats serverStats;
    private @Nullable EndpointStats server;
    private char cause;
    private char causePhase;
    private char cookieSent;
    private char cookieSet;
    private int status;
    private long sent;
    private int retries;
    private boolean redispatched;
    private boolean late;
    private boolean isDispatched;
    private int queued;

    RequestRecord(Peer client, HttpFrontend frontend, LoopResources loop) {
        this(client, frontend, loop, loop.accessLog);
    }

    private RequestRecord(Peer client, HttpFrontend frontend, LoopResources loop, @Nullable AccessRing log) {
        this.client = client;
        this.frontend = frontend;
        this.clock = loop.clock;
        this.log = log;
    }

    /** For a copy of this request, of which nobody is told. */
    RequestRecord silent(LoopResources loop) {
        return new RequestRecord(client, frontend, loop, null);
    }

    /** The first byte of a request is there; nothing happens if it is the same request again, which a guard held up. */
    void begin() {
        if (phase == Phase.REQUEST) {
            return;
        }
        finish();
        phase = Phase.REQUEST;
        started = clock.nanos();
        isWhole = false;
        isChosen = false;
        isConnected = false;
        isAnswered = false;
        backend = null;
        server = null;
        serverStats = null;
        cause = NOBODY;
        causePhase = NOBODY;
        cookieSent = NOBODY;
        cookieSet = NOBODY;
        status = AccessRecord.NO_STATUS;
        sent = 0;
        retries = 0;
        redispatched = false;
        late = false;
        isDispatched = false;
        queued = 0;
        InetSocketAddress from = client.address();
        if (log != null && from != null) { // else it is gone already
            AccessRecord record = log.take();
            record.begin(true, from, frontend.name(), client.isTls());
            draft = record;
        }
    }

    /** Its head is whole, and valid. */
    void head(RequestHead request) {
        isWhole = true;
        whole = clock.nanos();
        AccessRecord record = draft;
        if (record != null && !record.hasRequest()) {
            byte[] b = request.bytes();
            record.add(AccessRecord.METHOD, b, request.methodStart(), request.methodEnd());
            record.add(AccessRecord.TARGET, b, request.targetStart(), request.targetEnd());
            record.add(AccessRecord.VERSION, request.http10() ? HTTP_10 : HTTP_11, 0, HTTP_11.length);
            addFields(record, request);
        }
    }

    /** The same, of HTTP/2: it is written down with the whole of its address, as clients send it. */
    void http2Head(RequestHead request) {
        isWhole = true;
        whole = clock.nanos();
        AccessRecord record = draft;
        if (record != null && !record.hasRequest()) {
            byte[] b = request.bytes();
            byte[] scheme = client.isTls() ? HTTPS_SCHEME : HTTP_SCHEME;
            record.add(AccessRecord.METHOD, b, request.methodStart(), request.methodEnd());
            record.add(AccessRecord.TARGET, scheme, 0, scheme.length);
            record.add(AccessRecord.TARGET, b, request.hostStart(), request.hostEnd());
            record.add(AccessRecord.TARGET, b, request.pathStart(), request.pathEnd());
            record.add(AccessRecord.VERSION, HTTP_2, 0, HTTP_2.length);
            addFields(record, request);
        }
    }

    private void addFields(AccessRecord record, RequestHead request) {
        if (log == null || !log.log().capturesFields()) {
            return;
        }
        byte[] b = request.bytes();
        record.add(AccessRecord.HOST, b, request.hostStart(), request.hostEnd());
        for (int i = 0; i < request.count(); i++) {
            if (request.field(i) == Field.OTHER) {
                int text = Bytes.is(b, request.nameStart(i), request.nameEnd(i), REFERER)
                        ? AccessRecord.REFERER
                        : Bytes.is(b, request.nameStart(i), request.nameEnd(i), USER_AGENT)
                                ? AccessRecord.USER_AGENT
                                : -1;
                if (text >= 0 && !record.has(text)) { // of several, the first
                    record.add(text, b, request.valueStart(i), request.valueEnd(i));
                }
            }
        }
    }

    /** It is for a backend, which may yet refuse it. */
    void to(HttpBackend newBackend) {
        HttpBackend before = backend;
        backend = newBackend;
        if (draft != null) {
            if (before != null) {
                before.loggedEnded(); // it is another's after all
            }
            newBackend.loggedBegun();
        }
    }

    /** Somebody is looked for to serve it; a cookie may name who. */
    void dispatched(@Nullable StickyCookie sticky, RequestHead request, @Nullable EndpointStats cookieOwner) {
        phase = Phase.CONNECTION;
        isDispatched = true;
        if (draft != null && sticky != null) {
            cookieSent = cookieOwner != null ? 'V' : sticky.isIn(request) ? 'I' : 'N';
            cookieSet = 'N';
        }
    }

    /** It waits for somebody, behind so many others. */
    void waits(int behind) {
        phase = Phase.QUEUE;
        queued = behind;
    }

    /** There is no room for it to wait in. */
    void cannotWait() {
        phase = Phase.QUEUE;
    }

    /** It has waited for too long. */
    void waitedInVain() {
        because('s');
    }

    /** Somebody is about to be asked. */
    void chosen(EndpointStats newServer) {
        server = newServer;
        isChosen = true;
        chosen = clock.nanos();
        phase = Phase.CONNECTION;
    }

    /** There is a connection. */
    void connected(@Nullable HttpStats newServerStats) {
        serverStats = newServerStats;
        isConnected = true;
        late = false;
        connected = clock.nanos();
        phase = Phase.HEADERS;
    }

    /** There is none; perhaps since it took too long. */
    void connectFailed(Duration timeout) {
        clock.mark();
        late = clock.nanos() - chosen >= timeout.toNanos();
    }

    /** It will be tried again. */
    void again(boolean elsewhere) {
        retries++;
        redispatched |= elsewhere;
        isConnected = false;
        isAnswered = false;
        phase = Phase.CONNECTION;
    }

    /** The head of the response is whole. */
    void answered() {
        isAnswered = true;
        answered = clock.nanos();
        phase = Phase.DATA;
    }

    /** The client was told which server it is with. */
    void cookieSet() {
        cookieSet = 'I';
        if (cookieSent == 'V') {
            cookieSent = 'D';
        }
    }

    /** The client is, or will be, told a status. */
    void status(int newStatus) {
        status = newStatus;
    }

    /** The client was sent something. */
    void sent(long bytes) {
        sent += bytes;
    }

    /** Who ends it, unless somebody else already did. */
    void because(char who) {
        if (cause == NOBODY) {
            cause = who;
            causePhase = phase.letter;
        }
    }

    /** We give up on it: it was wrong, or nobody could serve it. */
    void gaveUp(int withStatus) {
        because(withStatus == 400 || withStatus == 414 ? 'P' : late ? 's' : 'S');
    }

    /** It was answered with an error of ours. */
    void refused() {
        if (cause == NOBODY) {
            if (status == 503 && backend == null) {
                cause = 'S';
                causePhase = Phase.CONNECTION.letter;
                isWhole = false;
            } else {
                because(status == 408 ? 'c' : 'P');
            }
        }
        finish();
    }

    /** It was answered by us, as it should be. */
    void answeredHere() {
        because('L');
        finish();
    }

    /** The client has gone before it was over, if it was not. */
    void clientGone() {
        if (phase == Phase.REQUEST && !isWhole && cause == NOBODY) {
            status = 400;
        }
        because('C');
        finish();
    }

    /** It is over. Does nothing if it already was. */
    void finish() {
        if (phase == Phase.IDLE) {
            return;
        }
        long now = clock.nanos();
        if (phase == Phase.QUEUE) { // how long it waited is known, though it was in vain
            isChosen = true;
            chosen = now;
        }
        phase = Phase.IDLE;
        HttpBackend answerer = backend;
        if (answerer != null && isAnswered && isConnected) {
            measure(answerer, now);
        }
        if (answerer != null
                && isDispatched
                && status != 101) { // how long people look at a page says nothing of its server
            answerer.durations().record(now - started);
        }
        AccessRecord record = draft;
        if (record != null && log != null) {
            draft = null;
            fill(record, log.log(), now);
            log.put(record);
        }
    }

    private void measure(HttpBackend answerer, long now) {
        long queue = chosen - whole;
        long connect = connected - chosen;
        long response = answered - connected;
        answerer.stats().times().add(queue, connect, response, now - started);
        HttpStats ofServer = serverStats;
        if (ofServer != null) {
            ofServer.times().add(queue, connect, response, now - started);
        }
    }

    private void fill(AccessRecord record, AccessLog to, long now) {
        HttpBackend routed = backend;
        EndpointStats tried = server;
        record.routed(routed == null ? null : routed.name(), tried == null ? null : tried.endpoint());
        record.timed(
                started,
                isWhole ? millis(whole - started) : AccessRecord.NEVER,
                isChosen ? millis(chosen - whole) : AccessRecord.NEVER,
                isConnected ? millis(connected - chosen) : AccessRecord.NEVER,
                isConnected && isAnswered ? millis(answered - connected) : AccessRecord.NEVER,
                TimeUnit.NANOSECONDS.toMillis(now - started));
        record.ended(cause, causePhase, status, sent);
        record.cookies(cookieSent, cookieSet);
        int ofFrontend = frontend.traffic().currentConnections();
        record.counted(
                to.connections(ofFrontend),
                ofFrontend,
                routed == null ? 0 : routed.loggedEnded(),
                tried == null ? 0 : tried.inFlight(),
                retries,
                redispatched);
        record.queued(queued);
    }

    private static int millis(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
