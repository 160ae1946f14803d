package io.evenkeel.discovery.marathon;

import org.jspecify.annotations.Nullable;

/** Tells literal IPv4 addresses from names, strictly: {@code 10.1} is a name. */
final class LiteralAddress {

    private LiteralAddress() {}

    static byte @Nullable [] v4(String text) {
        byte[] address = new byte[4];
        int part = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c >= '0' && c <= '9') {
                value = (value < 0 ? 0 : value * 10) + (c - '0');
            } else if (c != '.') {
                return null;
            }
            if (value > 255) {
                return null;
            }
            if (c == '.') {
                if (value < 0 || part == 4) {
                    return null;
                }
                address[part++] = (byte) value;
                value = -1;
            }
        }
        return part == 4 ? address : null;
    }
}
