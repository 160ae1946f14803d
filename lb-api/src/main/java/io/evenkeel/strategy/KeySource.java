package io.evenkeel.strategy;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * Where the key of a use comes from that a hashing or sticky strategy goes by: what a proxy has to put into the
 * {@link PickContext}.
 *
 * @param kind the kind of thing
 * @param name of the header or parameter; empty for others
 * @param depth how many directories of a path count; 0 for all
 * @param length how many characters of a path count; 0 for all
 * @param whole whether the query counts with the path
 */
public record KeySource(Kind kind, String name, int depth, int length, boolean whole) {

    /** Nothing: the strategy does without. */
    public static final KeySource NONE = new KeySource(Kind.NONE, "");

    /** The client's address. */
    public static final KeySource ADDRESS = new KeySource(Kind.ADDRESS, "");

    /** What a key can be made from. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** The client's address. */
        ADDRESS,
        /** The request's path, perhaps with its query. */
        URI,
        /** A request header. */
        HEADER,
        /** A parameter of the query. */
        PARAMETER
    }

    /** Checks ranges. */
    public KeySource {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
        if (depth < 0) {
            throw new IllegalArgumentException("depth: " + depth + " (expected: >= 0)");
        }
        if (length < 0) {
            throw new IllegalArgumentException("len: " + length + " (expected: >= 0)");
        }
        if (name.isEmpty() == (kind == Kind.HEADER || kind == Kind.PARAMETER)) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: one for a header or parameter only)");
        }
    }

    KeySource(Kind kind, String name) {
        this(kind, name, 0, 0, false);
    }

    /**
     * The part of a request target that counts.
     *
     * @param target path and query as the request line has them
     * @return a part of it, for a source of kind {@link Kind#URI}
     */
    public String part(String target) {
        byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1); // one for each character, whatever it is
        return target.substring(0, partEnd(bytes, 0, bytes.length));
    }

    /**
     * Where the part of a request target ends that counts. Allocates nothing.
     *
     * @param bytes what the target is in
     * @param from where the path begins in there
     * @param to where path and query end
     * @return where the part ends that begins at {@code from}, for a source of kind {@link Kind#URI}
     */
    public int partEnd(byte[] bytes, int from, int to) {
        int end = length > 0 ? Math.min(to, from + length) : to;
        int slashes = 0;
        for (int i = from; i < end; i++) {
            if ((bytes[i] == '?' && !whole) || (bytes[i] == '/' && depth > 0 && ++slashes == depth + 1)) {
                return i;
            }
        }
        return end;
    }
}
