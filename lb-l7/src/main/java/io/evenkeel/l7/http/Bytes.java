package io.evenkeel.l7.http;

import java.nio.charset.StandardCharsets;

/** Byte classes of RFC 9110 and comparisons that ignore the case of ASCII letters. */
public final class Bytes {

    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte HOST = 8;
    private static final byte IPV6 = 16;
    private static final byte[] CLASSES = new byte[256];
    private static final byte[] LOWER = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
            boolean alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            int classes = 0;
            if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                classes |= TOKEN;
            }
            if (c == '\t' || (c >= 0x20 && c != 0x7F)) {
                classes |= VALUE;
            }
            if (c > 0x20 && c < 0x7F && c != '#') {
                classes |= TARGET;
            }
            if (alphanumeric || "-._~!$&'()*+,;=".indexOf(c) >= 0) {
                classes |= HOST;
            }
            if ("0123456789ABCDEFabcdef:.".indexOf(c) >= 0) {
                classes |= IPV6;
            }
            CLASSES[c] = (byte) classes;
        }
    }

    private Bytes() {}

    /**
     * Whether a byte may stand in a method or the name of a field.
     *
     * @param b a byte
     * @return true for the characters of tokens (RFC 9110, section 5.6.2)
     */
    public static boolean isToken(byte b) {
        return (CLASSES[b & 0xFF] & TOKEN) != 0;
    }

    static boolean isValue(byte b) {
        return (CLASSES[b & 0xFF] & VALUE) != 0;
    }

    /**
     * Whether a byte may stand in the target of a request.
     *
     * @param b a byte
     * @return true for printable ASCII but the number sign
     */
    public static boolean isTarget(byte b) {
        return (CLASSES[b & 0xFF] & TARGET) != 0;
    }

    static boolean isHost(byte b) {
        return (CLASSES[b & 0xFF] & HOST) != 0;
    }

    static boolean isIpv6(byte b) {
        return (CLASSES[b & 0xFF] & IPV6) != 0;
    }

    /**
     * The lower-case form of an ASCII letter; any other byte is itself.
     *
     * @param b a byte
     * @return the byte to compare by
     */
    public static byte lower(byte b) {
        return LOWER[b & 0xFF];
    }

    /**
     * Whether a stretch of bytes spells a word, ignoring case.
     *
     * @param bytes the bytes
     * @param start the first of them
     * @param end one past the last
     * @param word in lower case
     * @return true if they are the same
     */
    public static boolean is(byte[] bytes, int start, int end, byte[] word) {
        if (end - start != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (LOWER[bytes[start + i] & 0xFF] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * A word as bytes.
     *
     * @param ascii the word
     * @return one byte per character
     */
    public static byte[] of(String ascii) {
        return ascii.getBytes(StandardCharsets.ISO_8859_1);
    }
}
