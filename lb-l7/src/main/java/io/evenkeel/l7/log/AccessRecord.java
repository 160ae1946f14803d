package io.evenkeel.l7.log;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request, or of one connection that bytes passed through, when it is over.
 *
 * <p>Filled by the event loop that serves it, then read by the log's thread. Records are used again and again: whoever is
 * shown one keeps what it says, not the record.
 */
public final class AccessRecord {

    /** The text of the request's method. */
    public static final int METHOD = 0;
    /** The text of what was asked for, as the client wrote it; absolute in HTTP/2. */
    public static final int TARGET = 1;
    /** The text of the version, {@code HTTP/1.1} for instance. */
    public static final int VERSION = 2;
    /** The text of the host that was asked. */
    public static final int HOST = 3;
    /** The text of {@code Referer}. */
    public static final int REFERER = 4;
    /** The text of {@code User-Agent}. */
    public static final int USER_AGENT = 5;

    /** A time that was not reached. */
    public static final int NEVER = -1;
    /** The status of a request that nobody answered. */
    public static final int NO_STATUS = -1;

    private static final int TEXTS = 6;
    private static final int USUAL_BYTES = 256;
    private static final int MOST_BYTES_KEPT = 1024;
    private static final InetSocketAddress NOBODY = InetSocketAddress.createUnresolved("-", 0);

    private final int fieldLimit;
    private final int[] starts = new int[TEXTS];
    private final int[] ends = new int[TEXTS];
    private byte[] bytes = new byte[USUAL_BYTES];
    private int length;
    private boolean http;
    private InetSocketAddress client = NOBODY;
    private String frontend = "";
    private boolean tls;
    private @Nullable String backend;
    private @Nullable Endpoint server;
    private long startNanos;
    private long startMillis;
    private int requestMillis;
    private int queueMillis;
    private int connectMillis;
    private int responseMillis;
    private long totalMillis;
    private char cause;
    private char phase;
    private char cookieSent;
    private char cookieSet;
    private int status;
    private long sent;
    private int connections;
    private int frontendConnections;
    private int backendUses;
    private int serverUses;
    private int retries;
    private boolean redispatched;
    private int queued;

    AccessRecord(int fieldLimit) {
        this.fieldLimit = fieldLimit;
    }

    /** Begins anew with a client: of HTTP, or of a connection that bytes pass through. */
    public void begin(boolean isHttp, InetSocketAddress newClient, String newFrontend, boolean isTls) {
        http = isHttp;
        client = requireNonNull(newClient, "client");
        frontend = requireNonNull(newFrontend, "frontend");
        tls = isTls;
        backend = null;
        server = null;
        queued = 0;
        length = 0;
        if (bytes.length > MOST_BYTES_KEPT) {
            bytes = new byte[USUAL_BYTES]; // or a few long requests would make all records large for ever
        }
        Arrays.fill(starts, 0);
        Arrays.fill(ends, 0);
    }

    /** Adds to a text; only to the one that was last begun, or to one that is empty. What is beyond the limit is left out. */
    public void add(int text, byte[] from, int start, int end) {
        if (ends[text] == starts[text]) {
            starts[text] = length;
            ends[text] = length;
        }
        int room = fieldLimit - (length - starts[text]);
        int count = Math.min(room, end - start);
        if (count <= 0) {
            return;
        }
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(from, start, bytes, length, count);
        length += count;
        ends[text] = length;
    }

    /** Says whom it went to: a backend, and one of its servers if it came so far. */
    public void routed(@Nullable String newBackend, @Nullable Endpoint newServer) {
        backend = newBackend;
        server = newServer;
    }

    /** Says when it began, and how long its parts took in milliseconds; {@link #NEVER} for those that never were. */
    public void timed(long newStartNanos, int request, int queue, int connect, int response, long total) {
        startNanos = newStartNanos;
        requestMillis = request;
        queueMillis = queue;
        connectMillis = connect;
        responseMillis = response;
        totalMillis = total;
    }

    /** Says how it ended, in HAProxy's letters, and with what. */
    public void ended(char newCause, char newPhase, int newStatus, long newSent) {
        cause = newCause;
        phase = newPhase;
        status = newStatus;
        sent = newSent;
        cookieSent = '-';
        cookieSet = '-';
    }

    /** Says what the cookie did that keeps clients with their servers, in HAProxy's letters; after {@link #ended}. */
    public void cookies(char newSent, char newSet) {
        cookieSent = newSent;
        cookieSet = newSet;
    }

    /** Says how much else there is at the end of it, and how often it was tried again. */
    public void counted(int all, int ofFrontend, int ofBackend, int ofServer, int newRetries, boolean elsewhere) {
        connections = all;
        frontendConnections = ofFrontend;
        backendUses = ofBackend;
        serverUses = ofServer;
        retries = newRetries;
        redispatched = elsewhere;
    }

    /** Says that it waited in its backend's queue, behind so many others. */
    public void queued(int behind) {
        queued = behind;
    }

    void startMillis(long epochMillis) {
        startMillis = epochMillis;
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int text) {
        return starts[text];
    }

    int end(int text) {
        return ends[text];
    }

    long startNanos() {
        return startNanos;
    }

    /** Whether it is a request of HTTP, rather than a connection that bytes passed through. */
    public boolean isHttp() {
        return http;
    }

    /** Who sent it. */
    public InetSocketAddress client() {
        return client;
    }

    /** Where it came in. */
    public String frontend() {
        return frontend;
    }

    /** Whether it came over TLS that ended here. */
    public boolean isTls() {
        return tls;
    }

    /** Where it was sent; null if it was answered before that was clear. */
    public @Nullable String backend() {
        return backend;
    }

    /** Who was last tried; null if nobody was. */
    public @Nullable Endpoint server() {
        return server;
    }

    /** When it began, in milliseconds since 1970. */
    public long startMillis() {
        return startMillis;
    }

    /** How long it took until the request's head was whole. */
    public int requestMillis() {
        return requestMillis;
    }

    /** How long it took from there until somebody was chosen, for the last time. */
    public int queueMillis() {
        return queueMillis;
    }

    /** How long it took from there until there was a connection. */
    public int connectMillis() {
        return connectMillis;
    }

    /** How long it took from there until the response's head was whole. */
    public int responseMillis() {
        return responseMillis;
    }

    /** How long all of it took. */
    public long totalMillis() {
        return totalMillis;
    }

    /** Who or what ended it: {@code -} for nobody, else the first letter of HAProxy's termination state. */
    public char cause() {
        return cause;
    }

    /** What it was at when it ended: {@code -} if it had ended by itself, else HAProxy's second letter. */
    public char phase() {
        return phase;
    }

    /** What cookie the client sent, HAProxy's third letter. */
    public char cookieSent() {
        return cookieSent;
    }

    /** What cookie the client was sent, HAProxy's fourth letter. */
    public char cookieSet() {
        return cookieSet;
    }

    /** The status of the response; {@link #NO_STATUS} if there was none. */
    public int status() {
        return status;
    }

    /** How many bytes the client was sent, without what only frames them. */
    public long sent() {
        return sent;
    }

    /** How many connections of clients were open, this one included. */
    public int connections() {
        return connections;
    }

    /** How many of them at the same frontend. */
    public int frontendConnections() {
        return frontendConnections;
    }

    /** How many other requests or connections its backend was at. */
    public int backendUses() {
        return backendUses;
    }

    /** How many other requests or connections its server was at. */
    public int serverUses() {
        return serverUses;
    }

    /** How often it was tried again. */
    public int retries() {
        return retries;
    }

    /** Whether it was tried again elsewhere. */
    public boolean isRedispatched() {
        return redispatched;
    }

    /** How many requests were in front of it in its backend's queue, when it began to wait there. */
    public int queued() {
        return queued;
    }

    /** Whether there is anything of a text. */
    public boolean has(int text) {
        return ends[text] > starts[text];
    }

    /** Whether there was a request that could be read; not in tcp mode. */
    public boolean hasRequest() {
        return has(METHOD);
    }

    /** One of the texts; empty if there is none, cut if it is too long. Byte for byte, as the client sent it. */
    public String text(int text) {
        return new String(bytes, starts[text], ends[text] - starts[text], StandardCharsets.ISO_8859_1);
    }
}
