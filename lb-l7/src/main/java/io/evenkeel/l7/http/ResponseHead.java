package io.evenkeel.l7.http;

/** The head of one response: status line and fields, parsed strictly. Made once per event loop and filled anew. */
public final class ResponseHead extends MessageHead {

    private static final byte[] HTTP_1 = Bytes.of("HTTP/1.");

    private int status;
    private int reasonStart;
    private int reasonEnd;

    /** An empty head, to be filled. */
    public ResponseHead() {}

    /**
     * Parses a whole head.
     *
     * @param b the bytes it is in
     * @param start where the status line begins
     * @param end one past the empty line
     * @return 0, or 502 if it is not a response that may be passed on
     */
    public int parse(byte[] b, int start, int end) {
        if (end - start < 16) {
            return 502;
        }
        for (int i = 0; i < HTTP_1.length; i++) {
            if (b[start + i] != HTTP_1[i]) {
                return 502;
            }
        }
        int minor = b[start + 7];
        int at = start + 8;
        boolean digits = isDigit(b[at + 1]) && isDigit(b[at + 2]) && isDigit(b[at + 3]);
        if ((minor != '0' && minor != '1') || b[at] != ' ' || !digits || (b[at + 4] != ' ' && b[at + 4] != '\r')) {
            return 502;
        }
        status = (b[at + 1] - '0') * 100 + (b[at + 2] - '0') * 10 + (b[at + 3] - '0');
        if (status < 100) {
            return 502;
        }
        at += 4;
        reasonStart = b[at] == ' ' ? at + 1 : at;
        at = reasonStart;
        while (at < end && Bytes.isValue(b[at])) {
            at++;
        }
        reasonEnd = at;
        if (at + 1 >= end || b[at] != '\r' || b[at + 1] != '\n') {
            return 502;
        }
        begin(b, minor == '0');
        return parseFields(at + 2, end) == 0 ? 0 : 502;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    @Override
    int check() {
        return 0;
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** Where the reason phrase begins. */
    public int reasonStart() {
        return reasonStart;
    }

    /** Where the reason phrase ends. */
    public int reasonEnd() {
        return reasonEnd;
    }

    /** Whether a final response follows this one. */
    public boolean isInformational() {
        return status < 200 && status != 101;
    }

    /** Whether a response of this status never has a body (RFC 9110, section 6.4.1). */
    public boolean isBodiless() {
        return status < 200 || status == 204 || status == 304;
    }
}
