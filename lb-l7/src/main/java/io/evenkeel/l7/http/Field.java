package io.evenkeel.l7.http;

/** The header fields that proxying treats in some way of its own; all others are {@link #OTHER} and pass unchanged. */
public final class Field {

    /** Any field that is passed on as it is. */
    public static final int OTHER = 0;
    /** {@code Host}. */
    public static final int HOST = 1;
    /** {@code Content-Length}: read, dropped and written anew. */
    public static final int CONTENT_LENGTH = 2;
    /** {@code Transfer-Encoding}: read, dropped and written anew. */
    public static final int TRANSFER_ENCODING = 3;
    /** {@code Connection}. */
    public static final int CONNECTION = 4;
    /**
     * {@code Keep-Alive}, {@code Proxy-Connection}, {@code TE}, {@code Trailer}, {@code HTTP2-Settings} (RFC 7540, section
     * 3.2.1): meant for one hop only. And {@code Proxy}, which CGI programs take for the address of their own proxy.
     */
    public static final int HOP_BY_HOP = 5;
    /** {@code Upgrade}. */
    public static final int UPGRADE = 6;
    /** {@code X-Forwarded-Port}. */
    public static final int X_FORWARDED_PORT = 7;
    /** {@code X-Marathon-App-Id}. */
    public static final int X_MARATHON_APP_ID = 8;
    /** {@code Cookie}. */
    public static final int COOKIE = 9;
    /** {@code Expect}. */
    public static final int EXPECT = 10;

    /** {@code Set-Cookie}. */
    public static final int SET_COOKIE = 11;
    /** {@code Location}. */
    public static final int LOCATION = 12;
    /** {@code Authorization}. */
    public static final int AUTHORIZATION = 13;

    private static final byte[] NAME_HOST = Bytes.of("host");
    private static final byte[] NAME_CONTENT_LENGTH = Bytes.of("content-length");
    private static final byte[] NAME_TRANSFER_ENCODING = Bytes.of("transfer-encoding");
    private static final byte[] NAME_CONNECTION = Bytes.of("connection");
    private static final byte[] NAME_KEEP_ALIVE = Bytes.of("keep-alive");
    private static final byte[] NAME_PROXY_CONNECTION = Bytes.of("proxy-connection");
    private static final byte[] NAME_HTTP2_SETTINGS = Bytes.of("http2-settings");
    private static final byte[] NAME_PROXY = Bytes.of("proxy");
    private static final byte[] NAME_TE = Bytes.of("te");
    private static final byte[] NAME_TRAILER = Bytes.of("trailer");
    private static final byte[] NAME_UPGRADE = Bytes.of("upgrade");
    private static final byte[] NAME_X_FORWARDED_PORT = Bytes.of("x-forwarded-port");
    private static final byte[] NAME_X_MARATHON_APP_ID = Bytes.of("x-marathon-app-id");
    private static final byte[] NAME_COOKIE = Bytes.of("cookie");
    private static final byte[] NAME_EXPECT = Bytes.of("expect");

    private static final byte[] NAME_SET_COOKIE = Bytes.of("set-cookie");
    private static final byte[] NAME_LOCATION = Bytes.of("location");
    private static final byte[] NAME_AUTHORIZATION = Bytes.of("authorization");

    private Field() {}

    /** Which field a name is. One comparison at most for nearly every name: the length tells most apart. */
    static int of(byte[] b, int start, int end) {
        return switch (end - start) {
            case 2 -> Bytes.is(b, start, end, NAME_TE) ? HOP_BY_HOP : OTHER;
            case 4 -> Bytes.is(b, start, end, NAME_HOST) ? HOST : OTHER;
            case 5 -> Bytes.is(b, start, end, NAME_PROXY) ? HOP_BY_HOP : OTHER;
            case 6 ->
                Bytes.is(b, start, end, NAME_COOKIE) ? COOKIE : Bytes.is(b, start, end, NAME_EXPECT) ? EXPECT : OTHER;
            case 7 ->
                Bytes.is(b, start, end, NAME_UPGRADE)
                        ? UPGRADE
                        : Bytes.is(b, start, end, NAME_TRAILER) ? HOP_BY_HOP : OTHER;
            case 8 -> Bytes.is(b, start, end, NAME_LOCATION) ? LOCATION : OTHER;
            case 10 ->
                Bytes.is(b, start, end, NAME_CONNECTION)
                        ? CONNECTION
                        : Bytes.is(b, start, end, NAME_KEEP_ALIVE)
                                ? HOP_BY_HOP
                                : Bytes.is(b, start, end, NAME_SET_COOKIE) ? SET_COOKIE : OTHER;
            case 13 -> Bytes.is(b, start, end, NAME_AUTHORIZATION) ? AUTHORIZATION : OTHER;
            case 14 ->
                Bytes.is(b, start, end, NAME_CONTENT_LENGTH)
                        ? CONTENT_LENGTH
                        : Bytes.is(b, start, end, NAME_HTTP2_SETTINGS) ? HOP_BY_HOP : OTHER;
            case 16 ->
                Bytes.is(b, start, end, NAME_X_FORWARDED_PORT)
                        ? X_FORWARDED_PORT
                        : Bytes.is(b, start, end, NAME_PROXY_CONNECTION) ? HOP_BY_HOP : OTHER;
            case 17 ->
                Bytes.is(b, start, end, NAME_TRANSFER_ENCODING)
                        ? TRANSFER_ENCODING
                        : Bytes.is(b, start, end, NAME_X_MARATHON_APP_ID) ? X_MARATHON_APP_ID : OTHER;
            default -> OTHER;
        };
    }
}
