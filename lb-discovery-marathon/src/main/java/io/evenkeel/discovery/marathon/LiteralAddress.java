package io.evenkeel.discovery.marathon;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells literal addresses from names, strictly: {@code 10.1} is a name. */
final class LiteralAddress {

    private static final Pattern V6 = Pattern.compile("\\[?[0-9a-fA-F:][0-9a-fA-F:.]*(%[\\w.-]+)?]?");

    private LiteralAddress() {}

    /** Whether a text can only be an IPv6 address or nothing. The JDK looks other texts with colons up as names. */
    static boolean isV6(String text) {
        return text.indexOf(':') >= 0 && V6.matcher(text).matches();
    }

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
