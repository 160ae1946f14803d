package io.evenkeel.l7.rule;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A text with places that are filled from a message and its connection. Immutable. */
public final class Format {

    private interface Part {
        void write(HeadWriter writer, MessageHead head, Origin origin);
    }

    private static final int MAX_SUBSTITUTIONS = 8;

    private final List<Part> parts;
    private final List<Fetch> fetches;
    private final long regexSize;

    private Format(Builder builder) {
        this.parts = List.copyOf(builder.parts);
        this.fetches = List.copyOf(builder.fetches);
        this.regexSize = builder.regexSize;
    }

    /** Begins with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** A text without places. */
    public static Format of(String text) {
        return builder().text(text).build();
    }

    /** What the places are filled with. */
    public List<Fetch> fetches() {
        return fetches;
    }

    /** How much work its regular expressions are, as {@link Match#regexSize} says it. */
    public long regexSize() {
        return regexSize;
    }

    void write(HeadWriter writer, MessageHead head, Origin origin) {
        for (Part part : parts) {
            part.write(writer, head, origin);
        }
    }

    /** Collects the parts of a {@link Format} in order. Not thread-safe. */
    public static final class Builder {

        private final List<Part> parts = new ArrayList<>();
        private final List<Fetch> fetches = new ArrayList<>();
        private long regexSize;
        private int substitutions;

        private Builder() {}

        /**
         * A text as it is.
         *
         * @param text without control characters, which could end the line it goes into
         * @return this
         */
        public Builder text(String text) {
            if (text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7F)) {
                throw new IllegalArgumentException("a control character in " + text.replaceAll("\\p{Cntrl}", "?")
                        + " (expected: none in a header or a location)");
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            parts.add((writer, head, origin) -> writer.add(bytes));
            return this;
        }

        /** Something that is found; nothing where it is not. */
        public Builder fetch(Fetch fetch, boolean lowerCase) {
            fetches.add(fetch);
            parts.add((writer, head, origin) -> fetch.write(writer, head, origin, lowerCase));
            return this;
        }

        /** Something that is found, of which parts are replaced; nothing where it is not. */
        public Builder fetch(Fetch fetch, boolean lowerCase, Substitution parts) {
            if (++substitutions > MAX_SUBSTITUTIONS) {
                throw new IllegalArgumentException(
                        "regsub: more than " + MAX_SUBSTITUTIONS + " in one text (expected: at most)");
            }
            fetches.add(fetch);
            regexSize += parts.size();
            this.parts.add(
                    (writer, head, origin) -> writer.add(Bytes.of(parts.parts(fetch.text(head, origin, lowerCase)))));
            return this;
        }

        /** The text. */
        public Format build() {
            return new Format(this);
        }
    }

    /** The text for one message, in tests and logs. */
    String text(MessageHead head, Origin origin) {
        HeadWriter writer = new HeadWriter().begin();
        write(writer, head, origin);
        return writer.toString();
    }

    static byte[] line(String name) {
        return Bytes.of(name + ": ");
    }
}
