package io.evenkeel.l7.rule;

import io.evenkeel.l7.http.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Compares with some words, in place. */
final class Words implements Match {

    private final How how;
    private final boolean ignoreCase;
    private final byte[][] words;

    Words(How how, List<String> words, boolean ignoreCase) {
        this.how = how;
        this.ignoreCase = ignoreCase;
        this.words = words.stream()
                .map(word -> strip(how, ignoreCase ? word.toLowerCase(Locale.ROOT) : word))
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    /* A directory or a domain is meant without the delimiters around it. */
    private static String strip(How how, String word) {
        return switch (how) {
            case DIRECTORY -> word.replaceAll("^[/?]+|[/?]+$", "");
            case DOMAIN -> word.replaceAll("^[/?.:]+|[/?.:]+$", "");
            default -> word;
        };
    }

    @Override
    public boolean matches(byte[] b, int start, int end) {
        for (byte[] word : words) {
            if (end - start >= word.length && matches(b, start, end, word)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(byte[] b, int start, int end, byte[] word) {
        return switch (how) {
            case EXACT -> end - start == word.length && isAt(b, start, word);
            case BEGIN -> isAt(b, start, word);
            case END -> isAt(b, end - word.length, word);
            default -> contains(b, start, end, word);
        };
    }

    private boolean contains(byte[] b, int start, int end, byte[] word) {
        for (int at = start; at + word.length <= end; at++) {
            boolean bounded = how == How.CONTAINS
                    || ((at == start || isDelimiter(b[at - 1]))
                            && (at + word.length == end || isDelimiter(b[at + word.length])));
            if (bounded && isAt(b, at, word)) {
                return true;
            }
        }
        return false;
    }

    private boolean isDelimiter(byte b) {
        return b == '/' || b == '?' || (how == How.DOMAIN && (b == '.' || b == ':'));
    }

    private boolean isAt(byte[] b, int at, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if ((ignoreCase ? Bytes.lower(b[at + i]) : b[at + i]) != word[i]) {
                return false;
            }
        }
        return true;
    }
}
