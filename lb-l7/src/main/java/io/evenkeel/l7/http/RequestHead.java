package io.evenkeel.l7.http;

/** The head of one request: request line and fields, parsed strictly. Made once per event loop and filled anew. */
public final class RequestHead extends MessageHead {

    private static final byte[] HTTP = Bytes.of("HTTP/");
    private static final byte[] HTTP_SCHEME = Bytes.of("http://");
    private static final byte[] HTTPS_SCHEME = Bytes.of("https://");
    private static final byte[] GET = Bytes.of("GET");
    private static final byte[] HEAD = Bytes.of("HEAD");
    private static final byte[] HEAD_IN_ANY_CASE = Bytes.of("head");
    private static final byte[] OPTIONS = Bytes.of("OPTIONS");
    private static final byte[] TRACE = Bytes.of("TRACE");
    private static final byte[] PUT = Bytes.of("PUT");
    private static final byte[] DELETE = Bytes.of("DELETE");
    private static final byte[] CONNECT = Bytes.of("connect");
    private static final int MAX_LINE = 8192;

    private int lineStart;
    private int end;
    private int methodEnd;
    private int targetStart;
    private int targetEnd;
    private int pathStart;
    private int hostStart;
    private int hostEnd;
    private boolean hostNamed;
    private boolean head;
    private boolean safe;
    private boolean idempotent;

    /** An empty head, to be filled. */
    public RequestHead() {}

    /**
     * Parses a whole head.
     *
     * @param b the bytes it is in
     * @param start where the request line begins
     * @param end one past the empty line
     * @return 0, or the status with which to refuse the request
     */
    public int parse(byte[] b, int start, int end) {
        lineStart = start;
        this.end = end;
        int at = start;
        while (at < end && Bytes.isToken(b[at])) {
            at++;
        }
        if (at == start || at >= end || b[at] != ' ') {
            return 400;
        }
        methodEnd = at++;
        targetStart = at;
        while (at < end && Bytes.isTarget(b[at])) {
            at++;
        }
        targetEnd = at;
        if (at - start > MAX_LINE) {
            return 414;
        }
        if (at == targetStart || at + 11 > end || b[at] != ' ') {
            return 400;
        }
        at++;
        boolean version = startsWith(b, at, HTTP) && isDigit(b[at + 5]) && b[at + 6] == '.' && isDigit(b[at + 7]);
        if (!version || b[at + 8] != '\r' || b[at + 9] != '\n') {
            return 400;
        }
        int minor = b[at + 7];
        if (b[at + 5] != '1' || minor > '1') {
            return 505;
        }
        begin(b, minor == '0');
        int status = classifyMethod(b, start, methodEnd);
        if (status == 0) {
            status = parseTarget(b);
        }
        return status != 0 ? status : parseFields(at + 10, end);
    }

    private int classifyMethod(byte[] b, int start, int end) {
        head = isMethod(b, start, end, HEAD);
        safe = head
                || isMethod(b, start, end, GET)
                || isMethod(b, start, end, OPTIONS)
                || isMethod(b, start, end, TRACE);
        idempotent = safe || isMethod(b, start, end, PUT) || isMethod(b, start, end, DELETE);
        // A server that takes "head" for HEAD sends no body, one that does not sends one: nobody could tell where it
        // ends.
        return !head && Bytes.is(b, start, end, HEAD_IN_ANY_CASE) ? 400 : 0;
    }

    /* Methods are case-sensitive (RFC 9110, section 9.1). */
    private static boolean isMethod(byte[] b, int start, int end, byte[] method) {
        return end - start == method.length && startsWith(b, start, method);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private int parseTarget(byte[] b) {
        hostStart = 0;
        hostEnd = 0;
        hostNamed = false;
        pathStart = targetStart;
        if (Bytes.is(b, lineStart, methodEnd, CONNECT)) {
            return 405;
        }
        if (b[targetStart] == '/') {
            return 0;
        }
        if (b[targetStart] == '*') {
            return targetEnd - targetStart == 1 && isMethod(b, lineStart, methodEnd, OPTIONS) ? 0 : 400;
        }
        int authority = startsWith(b, targetStart, HTTP_SCHEME)
                ? targetStart + HTTP_SCHEME.length
                : startsWith(b, targetStart, HTTPS_SCHEME) ? targetStart + HTTPS_SCHEME.length : targetEnd;
        int at = authority;
        while (at < targetEnd && b[at] != '/' && b[at] != '?') {
            at++;
        }
        if (at == authority || !isHost(b, authority, at)) {
            return 400;
        }
        hostStart = authority;
        hostEnd = at;
        hostNamed = true;
        pathStart = at;
        return 0;
    }

    private static boolean startsWith(byte[] b, int at, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (b[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    int check() {
        int hosts = 0;
        for (int i = 0; i < count(); i++) {
            if (field(i) == Field.HOST) {
                hosts++;
                if (!isHost(bytes(), valueStart(i), valueEnd(i))) {
                    return 400;
                }
                if (hostEnd == 0) {
                    hostStart = valueStart(i);
                    hostEnd = valueEnd(i);
                }
            }
        }
        hostNamed |= hosts == 1;
        if (hosts > 1 || (hosts == 0 && !http10())) {
            return 400;
        }
        boolean hasBody = chunked() || contentLength() > 0;
        return isWebSocketUpgrade() && hasBody ? 400 : 0;
    }

    /** A name or an IPv6 address in brackets, then perhaps a port. Nothing at all is a host too. */
    private static boolean isHost(byte[] b, int start, int end) {
        int at = start;
        if (at < end && b[at] == '[') {
            int address = ++at;
            while (at < end && Bytes.isIpv6(b[at])) {
                at++;
            }
            if (at == address || at == end || b[at++] != ']') {
                return false;
            }
        } else {
            while (at < end && Bytes.isHost(b[at])) {
                at++;
            }
        }
        if (at == end) {
            return true;
        }
        if (at == start || b[at] != ':' || end - at > 6) {
            return false;
        }
        at++;
        while (at < end && isDigit(b[at])) {
            at++;
        }
        return at == end;
    }

    /** Where the method begins. */
    public int methodStart() {
        return lineStart;
    }

    /** Where the head ends, with its empty line. */
    public int end() {
        return end;
    }

    /** Where the method ends. */
    public int methodEnd() {
        return methodEnd;
    }

    /** Where the target begins, as the client wrote it. */
    public int targetStart() {
        return targetStart;
    }

    /** Where the target ends. */
    public int targetEnd() {
        return targetEnd;
    }

    /** Where the path begins: the target without scheme and authority. Equal to its end if the target has no path. */
    public int pathStart() {
        return pathStart;
    }

    /** Where the path and query end. */
    public int pathEnd() {
        return targetEnd;
    }

    /** Where the host begins: the authority of an absolute target, else the value of {@code Host}. */
    public int hostStart() {
        return hostStart;
    }

    /** Where the host ends; equal to its start if there is none. */
    public int hostEnd() {
        return hostEnd;
    }

    /** Whether a host was named at all, be it an empty one: HTTP/1.0 requests need not. */
    public boolean isHostNamed() {
        return hostNamed;
    }

    /** Whether the method is HEAD, so that the response has no body. */
    public boolean isHead() {
        return head;
    }

    /** Whether the method only asks for something (RFC 9110, section 9.2.1). */
    public boolean isSafe() {
        return safe;
    }

    /** Whether the method may be carried out twice without harm (RFC 9110, section 9.2.2). */
    public boolean isIdempotent() {
        return idempotent;
    }

    /** The method as text, for logs and tests. */
    public String method() {
        return text(lineStart, methodEnd);
    }

    /** Path and query as text, for redirects, logs and tests. */
    public String path() {
        return text(pathStart, targetEnd);
    }

    /** The host as text, for redirects, logs and tests. */
    public String host() {
        return text(hostStart, hostEnd);
    }
}
