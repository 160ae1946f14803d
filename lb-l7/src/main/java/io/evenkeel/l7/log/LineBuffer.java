package io.evenkeel.l7.log;

import java.util.Arrays;

/** Bytes of lines as they are made, and the ways to write in them what nobody may break out of. Not thread-safe. */
final class LineBuffer {

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private byte[] bytes = new byte[16 * 1024];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void cutTo(int newLength) {
        length = newLength;
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    LineBuffer add(char c) {
        room(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /** Adds a text of ours, which is ASCII. */
    LineBuffer add(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    LineBuffer add(byte[] text) {
        return add(text, 0, text.length);
    }

    LineBuffer add(byte[] text, int start, int end) {
        room(end - start);
        System.arraycopy(text, start, bytes, length, end - start);
        length += end - start;
        return this;
    }

    LineBuffer add(long number) {
        if (number < 0) {
            add('-');
        }
        long left = Math.abs(number);
        int digits = 1;
        for (long rest = left / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return padded(left, digits);
    }

    /** Adds a number that is not negative with so many digits. */
    LineBuffer padded(long number, int digits) {
        room(digits);
        long left = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        length += digits;
        return this;
    }

    /** As HAProxy does it: {@code #} and two digits for a quote, a number sign, and what is no ASCII to be seen. */
    LineBuffer numberSign(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            numberSign(text[i]);
        }
        return this;
    }

    /** The same, of a text of ours, which is Latin-1. */
    LineBuffer numberSign(String text) {
        for (int i = 0; i < text.length(); i++) {
            numberSign((byte) text.charAt(i));
        }
        return this;
    }

    private void numberSign(byte b) {
        if (b < 32 || b == 127 || b == '"' || b == '#') {
            add('#').hex(b);
        } else {
            add((char) b);
        }
    }

    /** As Apache does it: a backslash before a quote or a backslash, {@code \}{@code x} and two digits for the rest. */
    LineBuffer backslash(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = text[i];
            if (b < 32 || b == 127) {
                add('\\').add('x').hex(b);
            } else if (b == '"' || b == '\\') {
                add('\\').add((char) b);
            } else {
                add((char) b);
            }
        }
        return this;
    }

    /** The inside of a JSON string; each byte that is no ASCII to be seen is the character of that number. */
    LineBuffer json(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            json(text[i]);
        }
        return this;
    }

    /** The same, of a text of ours, which is Latin-1. */
    LineBuffer json(String text) {
        for (int i = 0; i < text.length(); i++) {
            json((byte) text.charAt(i));
        }
        return this;
    }

    private void json(byte b) {
        if (b < 32 || b == 127) {
            add('\\').add('u').add('0').add('0').hex(b);
        } else if (b == '"' || b == '\\') {
            add('\\').add((char) b);
        } else {
            add((char) b);
        }
    }

    private void hex(byte b) {
        room(2);
        bytes[length++] = HEX[(b >> 4) & 15];
        bytes[length++] = HEX[b & 15];
    }
}
