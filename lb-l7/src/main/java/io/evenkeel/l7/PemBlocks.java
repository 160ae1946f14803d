package io.evenkeel.l7;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The blocks of a PEM text in their order; what stands between them is commentary. Immutable. */
record PemBlocks(List<Block> blocks) {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** One block: what it says it is, and its content. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a value
    record Block(String type, byte[] content) {}

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if a block has no end or is not Base64
     */
    static PemBlocks parse(String text) {
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int typeEnd = text.indexOf(DASHES, at + BEGIN.length());
            String type = typeEnd < 0 ? "" : text.substring(at + BEGIN.length(), typeEnd);
            String last = END + type + DASHES;
            int end = text.indexOf(last, at);
            if (typeEnd < 0 || end < typeEnd) {
                throw new IllegalArgumentException("a block without an end");
            }
            String body = text.substring(typeEnd + DASHES.length(), end);
            if (type.startsWith("ENCRYPTED") || body.contains("ENCRYPTED")) {
                throw new IllegalArgumentException("an encrypted key");
            }
            blocks.add(new Block(type, content(type, body)));
            at = text.indexOf(BEGIN, end);
        }
        return new PemBlocks(List.copyOf(blocks));
    }

    /** Whether a text has the beginning of a block. */
    static boolean isAny(String text) {
        return text.contains(BEGIN);
    }

    /** One block as text. */
    static String write(String type, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return BEGIN + type + DASHES + "\n" + body + "\n" + END + type + DASHES + "\n";
    }

    private static byte[] content(String type, String body) {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(type + ": not Base64", e);
        }
    }
}
