package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.HeaderEdits;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * What endpoints are told of the client of one connection, and what becomes of what it says of itself. Immutable; made once
 * per connection, so that a request costs no more than writing it.
 */
final class ForwardedFields {

    /** How ours and the client's go together. */
    private enum Rule {
        /** Ours beside the client's, as marathon-lb does it. */
        BESIDE,
        /** Ours as one more hop behind those of a proxy that is believed. */
        BEHIND,
        /** Ours only. */
        INSTEAD
    }

    private static final byte[] FOR = Bytes.of("x-forwarded-for");
    private static final byte[] PORT = Bytes.of("x-forwarded-port");
    private static final byte[] PROTO = Bytes.of("x-forwarded-proto");
    private static final byte[] HOST = Bytes.of("x-forwarded-host");
    private static final byte[] FORWARDED = Bytes.of("forwarded");
    private static final byte[] REAL_IP = Bytes.of("x-real-ip");
    private static final byte[] FAMILY = Bytes.of("x-forwarded-");
    private static final byte[] HOST_LINE = Bytes.of("X-Forwarded-Host: ");

    private final Rule rule;
    private final boolean dropUnderscores;
    private final boolean tls;
    private final byte[] all;
    private final byte[] forLine;
    private final byte[] portLine;
    private final byte[] protoLine;
    private final byte[] forwardedLine;
    private final byte[] realIpLine;

    private ForwardedFields(Rule rule, InetSocketAddress client, int port, boolean tls, boolean dropUnderscores) {
        this.rule = rule;
        this.dropUnderscores = dropUnderscores;
        this.tls = tls;
        String node = NetUtil.toAddressString(client.getAddress());
        String scheme = tls ? "https" : "http";
        String forText = "X-Forwarded-For: " + node + "\r\n";
        String portText = "X-Forwarded-Port: " + port + "\r\n";
        String protoText = "X-Forwarded-Proto: " + scheme + "\r\n";
        String forwardedText = "Forwarded: for="
                + (client.getAddress() instanceof Inet6Address ? "\"[" + node + "]\"" : node) + ";proto=" + scheme
                + "\r\n";
        String realIpText = "X-Real-IP: " + node + "\r\n";
        this.forLine = Bytes.of(forText);
        this.portLine = Bytes.of(portText);
        this.protoLine = Bytes.of(protoText);
        this.forwardedLine = Bytes.of(forwardedText);
        this.realIpLine = Bytes.of(realIpText);
        this.all = Bytes.of(
                rule == Rule.INSTEAD
                        ? forText + portText + protoText + forwardedText + realIpText
                        : forText + portText + (tls ? protoText : ""));
    }

    /** Ours beside the client's. */
    static ForwardedFields beside(InetSocketAddress client, int port, boolean tls, boolean dropUnderscores) {
        return new ForwardedFields(Rule.BESIDE, client, port, tls, dropUnderscores);
    }

    /** Ours behind those of a proxy that is believed. */
    static ForwardedFields behind(InetSocketAddress client, int port, boolean tls, boolean dropUnderscores) {
        return new ForwardedFields(Rule.BEHIND, client, port, tls, dropUnderscores);
    }

    /** Ours in the place of the client's. */
    static ForwardedFields instead(InetSocketAddress client, int port, boolean tls, boolean dropUnderscores) {
        return new ForwardedFields(Rule.INSTEAD, client, port, tls, dropUnderscores);
    }

    /** Whether a field of the client's does not go on. */
    boolean drops(MessageHead head, int i) {
        return (rule == Rule.INSTEAD && tellsOfClients(head, i)) || (dropUnderscores && hasUnderscore(head, i));
    }

    /** Whether endpoints are told of the client even where the rules of a backend are to do that, as far as they do not. */
    boolean areAlwaysTold() {
        return rule == Rule.INSTEAD;
    }

    /** Whether the client's word on the port goes on although endpoints are told one. */
    boolean keepsPort() {
        return rule == Rule.BEHIND;
    }

    /**
     * Writes ours, but for what the rules of a backend write themselves.
     *
     * @param active the edits that apply
     */
    void write(HeadWriter writer, RequestHead head, HeaderEdits edits, long active) {
        switch (rule) {
            case BESIDE -> writer.add(all);
            case BEHIND -> writeBehind(writer, head, edits, active);
            case INSTEAD -> writeInstead(writer, head, edits, active);
        }
    }

    private void writeBehind(HeadWriter writer, RequestHead head, HeaderEdits edits, long active) {
        writer.add(forLine);
        if (!names(head, PORT) && !edits.concerns(active, PORT)) {
            writer.add(portLine);
        }
        if (tls && !names(head, PROTO) && !edits.concerns(active, PROTO)) {
            writer.add(protoLine);
        }
        if (names(head, FORWARDED) && !edits.concerns(active, FORWARDED)) {
            writer.add(forwardedLine);
        }
    }

    private void writeInstead(HeadWriter writer, RequestHead head, HeaderEdits edits, long active) {
        if (active == 0) {
            writer.add(all);
        } else {
            unlessEdited(writer, forLine, FOR, edits, active);
            unlessEdited(writer, portLine, PORT, edits, active);
            unlessEdited(writer, protoLine, PROTO, edits, active);
            unlessEdited(writer, forwardedLine, FORWARDED, edits, active);
            unlessEdited(writer, realIpLine, REAL_IP, edits, active);
        }
        if (head.isHostNamed() && !edits.concerns(active, HOST)) {
            writer.add(HOST_LINE)
                    .add(head.bytes(), head.hostStart(), head.hostEnd())
                    .endLine();
        }
    }

    private static void unlessEdited(HeadWriter writer, byte[] line, byte[] name, HeaderEdits edits, long active) {
        if (!edits.concerns(active, name)) {
            writer.add(line);
        }
    }

    private static boolean names(MessageHead head, byte[] name) {
        for (int i = 0; i < head.count(); i++) {
            if (Bytes.is(head.bytes(), head.nameStart(i), head.nameEnd(i), name)) {
                return true;
            }
        }
        return false;
    }

    /* A server that knows fields by CGI's names cannot tell a hyphen from an underscore. */
    private static boolean tellsOfClients(MessageHead head, int i) {
        int length = head.nameEnd(i) - head.nameStart(i);
        return begins(head, i, FAMILY)
                || (length == REAL_IP.length && begins(head, i, REAL_IP))
                || (length == FORWARDED.length && begins(head, i, FORWARDED));
    }

    private static boolean begins(MessageHead head, int i, byte[] name) {
        int start = head.nameStart(i);
        if (head.nameEnd(i) - start < name.length) {
            return false;
        }
        for (int at = 0; at < name.length; at++) {
            byte found = Bytes.lower(head.bytes()[start + at]);
            if (found != name[at] && !(found == '_' && name[at] == '-')) {
                return false;
            }
        }
        return true;
    }

    static boolean hasUnderscore(MessageHead head, int i) {
        for (int at = head.nameStart(i); at < head.nameEnd(i); at++) {
            if (head.bytes()[at] == '_') {
                return true;
            }
        }
        return false;
    }
}
