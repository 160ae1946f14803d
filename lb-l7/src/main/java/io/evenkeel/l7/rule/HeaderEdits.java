package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the fields of a message on its way, in order. Immutable.
 *
 * <p>All conditions and texts are about the message as it came. Which edits apply is found once per message and kept in the
 * bits of a number; of the fields added under a name, those before the last replacement or deletion of it are left out.
 */
public final class HeaderEdits {

    /** Nothing happens. */
    public static final HeaderEdits NONE = new HeaderEdits(List.of());

    /** The largest number of edits. */
    public static final int MAX = 63;

    /** Fields that are the proxy's own business: they frame messages or concern one hop. */
    private static final Set<String> OURS = Set.of(
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
            "proxy");

    /* Hosts are routed by, and cookies of sessions hidden from endpoints. */
    private static final Set<String> FIRM = Set.of("host", "cookie");

    private enum Kind {
        ADD,
        SET,
        DELETE,
        REPLACE;

        /** Whether fields of the name that came do not go on. */
        boolean isInstead() {
            return this == SET || this == DELETE;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a value
    private record Edit(
            Kind kind, byte[] lowerName, byte[] line, Format value, Replacement replacement, Condition condition) {

        boolean isOf(byte[] name) {
            return Bytes.is(lowerName, 0, lowerName.length, name);
        }
    }

    /** What a value becomes; null if it stays. */
    private interface Replacement {
        @Nullable
        String of(String value);
    }

    private static final Replacement NO_REPLACEMENT = value -> null;

    private static final byte[] HOST = Bytes.of("host");

    private final Edit[] edits;
    private final boolean unconditional;
    private final boolean replaces;
    private final long all;

    private HeaderEdits(List<Edit> edits) {
        this.edits = edits.toArray(Edit[]::new);
        this.unconditional = edits.stream().allMatch(edit -> edit.condition().equals(Condition.ALWAYS));
        this.replaces = edits.stream().anyMatch(edit -> edit.kind() == Kind.REPLACE);
        this.all = (1L << edits.size()) - 1;
    }

    /** Begins with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins with these edits. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.edits.addAll(List.of(edits));
        return builder;
    }

    /** How many there are. */
    public int size() {
        return edits.length;
    }

    /** Whether nothing ever happens. */
    public boolean isEmpty() {
        return edits.length == 0;
    }

    /**
     * Which edits apply to a message.
     *
     * @param head the message
     * @param origin where the request came from
     * @return one bit for each, for the other methods
     */
    public long active(MessageHead head, Origin origin) {
        if (unconditional) {
            return all;
        }
        long active = 0;
        for (int i = 0; i < edits.length; i++) {
            if (edits[i].condition.matches(head, origin)) {
                active |= 1L << i;
            }
        }
        return active;
    }

    /** Whether a field does not go on as it came. */
    public boolean removes(long active, MessageHead head, int field) {
        for (int i = 0; i < edits.length; i++) {
            Edit edit = edits[i];
            if ((active & (1L << i)) != 0
                    && edit.kind.isInstead()
                    && Bytes.is(head.bytes(), head.nameStart(field), head.nameEnd(field), edit.lowerName)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes a field that goes on as expressions leave it.
     *
     * @return false, with nothing written, if they leave it as it came
     */
    public boolean writeReplaced(long active, HeadWriter writer, MessageHead head, int field) {
        if (!replaces) {
            return false;
        }
        String value = null;
        byte[] line = {};
        for (int i = 0; i < edits.length; i++) {
            Edit edit = edits[i];
            if ((active & (1L << i)) != 0
                    && edit.kind == Kind.REPLACE
                    && Bytes.is(head.bytes(), head.nameStart(field), head.nameEnd(field), edit.lowerName)) {
                String changed = edit.replacement.of(value == null ? head.value(field) : value);
                if (changed != null && changed.length() <= Substitution.MAX_RESULT) {
                    value = changed;
                    line = edit.line;
                }
            }
        }
        if (value == null) {
            return false;
        }
        writer.add(line).add(Bytes.of(value)).endLine();
        return true;
    }

    /** Whether one of the edits adds, sets or deletes a field, by its name in lower case. */
    public boolean concerns(long active, byte[] lowerName) {
        for (int i = 0; i < edits.length; i++) {
            if ((active & (1L << i)) != 0 && edits[i].kind != Kind.REPLACE && edits[i].isOf(lowerName)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the host does not go on as it came. */
    public boolean replacesHost(long active) {
        return concerns(active, HOST);
    }

    /** The same edits without those of the host. */
    public long butForHost(long active) {
        long others = active;
        for (int i = 0; i < edits.length; i++) {
            if (edits[i].isOf(HOST)) {
                others &= ~(1L << i);
            }
        }
        return others;
    }

    /** Writes the fields that are added. */
    public void write(long active, HeadWriter writer, MessageHead head, Origin origin) {
        for (int i = 0; i < edits.length; i++) {
            Edit edit = edits[i];
            if ((active & (1L << i)) != 0
                    && (edit.kind == Kind.ADD || edit.kind == Kind.SET)
                    && !isOverridden(active, i)
                    && !(edit.isOf(HOST) && isHostless(head))) {
                writer.add(edit.line);
                edit.value.write(writer, head, origin);
                writer.endLine();
            }
        }
    }

    /* Whoever named no host gets the endpoint's. */
    private static boolean isHostless(MessageHead head) {
        return head instanceof RequestHead request && !request.isHostNamed();
    }

    private boolean isOverridden(long active, int of) {
        for (int i = of + 1; i < edits.length; i++) {
            if ((active & (1L << i)) != 0 && edits[i].kind.isInstead() && edits[i].isOf(edits[of].lowerName)) {
                return true;
            }
        }
        return false;
    }

    /** Collects edits in order. Not thread-safe. */
    public static final class Builder {

        private final List<Edit> edits = new ArrayList<>();

        private Builder() {}

        /** Adds a field beside those of its name. */
        public Builder add(String name, Format value, Condition condition) {
            return edit(Kind.ADD, name, value, condition);
        }

        /** Puts a field in the place of those of its name. */
        public Builder set(String name, Format value, Condition condition) {
            return edit(Kind.SET, name, value, condition);
        }

        /** Removes the fields of a name. */
        public Builder delete(String name, Condition condition) {
            return edit(Kind.DELETE, name, Format.of(""), condition);
        }

        /**
         * Has an expression replace the values of a field, as they came, in which it finds something. What would become longer
         * than 8 kB stays as it is.
         *
         * @throws IllegalArgumentException if it is Host, or Cookie, of which others have a say
         */
        public Builder replace(String name, Substitution substitution, Condition condition) {
            return edit(Kind.REPLACE, name, name, Format.of(""), substitution::whole, condition);
        }

        /**
         * Has an expression replace the lines of a field, as they came, in which it finds something.
         *
         * @param name the name, as the expression wants it before a colon and a blank
         * @param newName the name that the text begins with, and a colon
         * @throws IllegalArgumentException if it is Host, or Cookie, of which others have a say
         */
        public Builder replaceLine(String name, String newName, Substitution substitution, Condition condition) {
            Replacement replacement = value -> {
                String line = substitution.whole(name + ": " + value);
                return line == null
                        ? null
                        : line.substring(newName.length() + 1).strip();
            };
            return edit(Kind.REPLACE, name, newName, Format.of(""), replacement, condition);
        }

        private Builder edit(Kind kind, String name, Format value, Condition condition) {
            return edit(kind, name, name, value, NO_REPLACEMENT, condition);
        }

        private Builder edit(
                Kind kind, String name, String newName, Format value, Replacement replacement, Condition condition) {
            String lower = name.toLowerCase(Locale.ROOT);
            for (String each : List.of(name, newName)) {
                if (!each.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || OURS.contains(each.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(
                            "header " + each + " (expected: the name of a field that does not frame messages)");
                }
                if (kind == Kind.REPLACE && FIRM.contains(each.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(
                            "header " + each + " (expected: another than Host and Cookie to be replaced)");
                }
            }
            if (lower.equals("host") && kind != Kind.SET) {
                throw new IllegalArgumentException("header " + name + " (expected: one Host, which may be replaced)");
            }
            if (edits.size() == MAX) {
                throw new IllegalArgumentException("edits of headers: more than " + MAX + " (expected: at most)");
            }
            edits.add(new Edit(
                    kind,
                    Bytes.of(lower),
                    Format.line(newName),
                    requireNonNull(value, "value"),
                    replacement,
                    requireNonNull(condition, "condition")));
            return this;
        }

        /** The edits. */
        public HeaderEdits build() {
            return edits.isEmpty() ? NONE : new HeaderEdits(edits);
        }
    }
}
