package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.MessageHead;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of requests, by names, for the edits of their responses ({@link Fetch.Kind#KEPT}). Immutable. Allocates where
 * something is to be kept.
 */
public final class Captures {

    /** Nothing is kept. */
    public static final Captures NONE = new Captures(List.of());

    private static final int MAX = 16;

    /**
     * One thing to keep.
     *
     * @param name by which the response asks for it
     * @param fetch what it is, the last of several
     * @param lowerCase whether it is made lower case
     * @param maxLength how much of it is kept, in bytes
     * @param condition when
     */
    public record Capture(String name, Fetch fetch, boolean lowerCase, int maxLength, Condition condition) {

        /** Nothing may be absent. */
        public Capture {
            requireNonNull(name, "name");
            requireNonNull(fetch, "fetch");
            requireNonNull(condition, "condition");
        }
    }

    private final Capture[] captures;

    private Captures(List<Capture> captures) {
        this.captures = captures.toArray(Capture[]::new);
    }

    /**
     * Keeps some things.
     *
     * @param captures which; of several with one name the last that is found counts
     * @return the captures
     */
    public static Captures of(List<Capture> captures) {
        if (captures.size() > MAX) {
            throw new IllegalArgumentException("captures: " + captures.size() + " (expected: at most " + MAX + ")");
        }
        return captures.isEmpty() ? NONE : new Captures(captures);
    }

    /**
     * What the response is to know of its request.
     *
     * @param request the request
     * @param origin where it came from
     * @return the origin, with what is kept
     */
    public Origin keep(MessageHead request, Origin origin) {
        if (captures.length == 0) {
            return origin;
        }
        byte[][] values = new byte[captures.length][];
        for (int i = 0; i < captures.length; i++) {
            Capture capture = captures[i];
            if (capture.condition.matches(request, origin)) {
                values[i] = capture.fetch.last(request, origin, capture.lowerCase, capture.maxLength);
            }
        }
        return new Kept(origin, captures, values);
    }

    /** An origin that knows what was kept of its request. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a value
    private record Kept(Origin origin, Capture[] captures, byte[] @Nullable [] values) implements Origin {

        @Override
        public byte @Nullable [] kept(String name) {
            for (int i = captures.length - 1; i >= 0; i--) {
                byte[] value = values[i];
                if (value != null && captures[i].name.equals(name)) {
                    return value;
                }
            }
            return null;
        }

        @Override
        public InetSocketAddress address() {
            return origin.address();
        }

        @Override
        public InetSocketAddress localAddress() {
            return origin.localAddress();
        }

        @Override
        public int entrancePort() {
            return origin.entrancePort();
        }

        @Override
        public long epochSeconds() {
            return origin.epochSeconds();
        }

        @Override
        public boolean isTls() {
            return origin.isTls();
        }

        @Override
        public byte @Nullable [] serverName() {
            return origin.serverName();
        }
    }
}
