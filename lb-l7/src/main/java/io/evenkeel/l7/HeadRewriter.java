package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.Field;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.evenkeel.l7.rule.HeaderEdits;
import io.evenkeel.l7.rule.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes the heads that go on from those that came in: fields of one hop are dropped, framing and forwarding fields are
 * our own, everything else passes as it is. Stateless; works on its caller's writer.
 */
final class HeadRewriter {

    private static final byte[] HTTP_11_LINE_END = Bytes.of(" HTTP/1.1\r\n");
    private static final byte[] HTTP_11 = Bytes.of("HTTP/1.1 ");
    private static final byte[] HOST = Bytes.of("Host: ");
    private static final byte[] UPGRADE_WEBSOCKET = Bytes.of("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] CONNECTION_CLOSE = Bytes.of("Connection: close\r\n");
    private static final byte[] CONNECTION_KEEP_ALIVE = Bytes.of("Connection: keep-alive\r\n");
    private static final byte[] LOCATION = Bytes.of("Location: ");
    private static final byte[] HSTS = Bytes.of("Strict-Transport-Security: max-age=15768000\r\n");

    /** How the body of a response goes on to the client. */
    enum BodyFraming {
        /** No body, and no framing field either. */
        NONE,
        /** The length that the server declared. */
        LENGTH,
        /** In chunks. */
        CHUNKED,
        /** Until the connection is closed. */
        UNTIL_CLOSE;

        /** How the body of this response goes on to a client that asked with or without HEAD, and may know no chunks. */
        static BodyFraming of(ResponseHead response, boolean toHead, boolean http10Client) {
            boolean tellsLength = response.contentLength() >= 0;
            if (toHead || response.isBodiless()) {
                // A HEAD or 304 response tells the length that a GET would have got.
                return tellsLength && response.status() != 204 ? LENGTH : NONE;
            }
            if (tellsLength) {
                return LENGTH;
            }
            return http10Client ? UNTIL_CLOSE : CHUNKED;
        }
    }

    private HeadRewriter() {}

    /**
     * The request as the endpoint gets it, but for its host if the client named none: see {@link #withHost}.
     *
     * @param target path and query, if they are not as they came
     * @param forwarded what is told of the client
     */
    static ByteBuf request(
            HeadWriter writer,
            RequestHead head,
            byte @Nullable [] target,
            BackendOptions options,
            Origin origin,
            ForwardedFields forwarded,
            ByteBufAllocator allocator) {
        HeaderEdits edits = options.rules().edits();
        PrefixStrip strip = options.prefixStrip();
        int path = strip == null ? head.pathStart() : strip.end(head);
        byte[] host = strip == null ? null : strip.host();
        long active = host == null ? edits.active(head, origin) : edits.butForHost(edits.active(head, origin));
        byte[] b = head.bytes();
        writer.begin().add(b, head.methodStart(), head.methodEnd()).add(' ');
        if (target != null) {
            writer.add(target);
        } else {
            if (path != head.pathStart() || path == head.pathEnd() || b[path] == '?') {
                writer.add('/');
            }
            writer.add(b, path, head.pathEnd());
        }
        writer.add(HTTP_11_LINE_END);
        if (host != null) {
            writer.add(HOST).add(host).endLine();
        } else if (head.isHostNamed() && !edits.replacesHost(active)) {
            writer.add(HOST).add(b, head.hostStart(), head.hostEnd()).endLine();
        }
        for (int i = 0; i < head.count(); i++) {
            if (edits.removes(active, head, i) || forwarded.drops(head, i)) {
                continue;
            }
            switch (head.field(i)) {
                case Field.HOST,
                        Field.CONTENT_LENGTH,
                        Field.TRANSFER_ENCODING,
                        Field.CONNECTION,
                        Field.HOP_BY_HOP,
                        Field.UPGRADE -> {}
                case Field.X_FORWARDED_PORT -> {
                    if (!options.forwarded() || forwarded.keepsPort()) {
                        passOn(writer, head, i, edits, active);
                    }
                }
                case Field.COOKIE -> {
                    if (options.sticky() == null || !options.sticky().isHidden()) {
                        passOn(writer, head, i, edits, active);
                    } else if (!head.isNamedInConnection(i)) {
                        options.sticky().writeOthers(writer, head, i);
                    }
                }
                default -> passOn(writer, head, i, edits, active);
            }
        }
        edits.write(active, writer, head, origin);
        if (options.forwarded() || forwarded.areAlwaysTold()) {
            forwarded.write(writer, head, edits, active);
        }
        if (head.isWebSocketUpgrade()) {
            writer.add(UPGRADE_WEBSOCKET);
        }
        if (head.chunked()) {
            writer.chunked();
        } else if (head.contentLength() >= 0) {
            writer.contentLength(head.contentLength());
        }
        return writer.finish(allocator);
    }

    /**
     * A request that names no host, as the endpoint at this address gets it: HTTP/1.1 demands a host, and servers answer
     * 400 to an empty one.
     */
    static ByteBuf withHost(ByteBuf request, InetSocketAddress address, ByteBufAllocator allocator) {
        byte[] lines = Bytes.of("Host: " + authority(address) + "\r\n\r\n");
        int fields = request.readableBytes() - 2; // without the empty line
        return allocator
                .directBuffer(fields + lines.length)
                .writeBytes(request, request.readerIndex(), fields)
                .writeBytes(lines);
    }

    /** An address as a Host header has it. */
    static String authority(InetSocketAddress address) {
        String host = address.getHostString();
        if (host.indexOf(':') >= 0) {
            int zone = host.indexOf('%'); // means something on this machine only
            host = '[' + (zone < 0 ? host : host.substring(0, zone)) + ']';
        }
        return host + ":" + address.getPort();
    }

    /** A final response as the client gets it, but for the empty line. */
    static HeadWriter response(
            HeadWriter writer,
            ResponseHead head,
            BodyFraming framing,
            boolean compressed,
            BackendOptions options,
            Origin origin,
            byte @Nullable [] cookie,
            boolean http10Client,
            boolean keepAlive) {
        HeaderEdits edits = options.responseEdits();
        long active = edits.active(head, origin);
        begin(writer, head, options, active, compressed);
        switch (framing) {
            case CHUNKED -> writer.chunked();
            case LENGTH -> writer.contentLength(head.contentLength());
            case NONE, UNTIL_CLOSE -> {}
        }
        if (compressed) {
            writer.add(Compression.LINES);
        }
        own(writer, head, options, active, origin, cookie);
        if (!keepAlive) {
            writer.add(CONNECTION_CLOSE);
        } else if (http10Client) {
            writer.add(CONNECTION_KEEP_ALIVE);
        }
        return writer;
    }

    /** An informational response as the client gets it, but for the empty line. */
    static HeadWriter informational(HeadWriter writer, ResponseHead head) {
        return begin(writer, head, BackendOptions.NONE, 0, false);
    }

    /** The agreement to an upgrade as the client gets it, but for the empty line. */
    static HeadWriter upgrade(
            HeadWriter writer, ResponseHead head, BackendOptions options, Origin origin, byte @Nullable [] cookie) {
        HeaderEdits edits = options.responseEdits();
        long active = edits.active(head, origin);
        begin(writer, head, options, active, false).add(UPGRADE_WEBSOCKET);
        return own(writer, head, options, active, origin, cookie);
    }

    /** What is added to the answer of an endpoint. */
    private static HeadWriter own(
            HeadWriter writer,
            ResponseHead head,
            BackendOptions options,
            long active,
            Origin origin,
            byte @Nullable [] cookie) {
        options.responseEdits().write(active, writer, head, origin);
        if (options.hsts()) {
            writer.add(HSTS);
        }
        return cookie == null ? writer : writer.add(cookie);
    }

    private static HeadWriter begin(
            HeadWriter writer, ResponseHead head, BackendOptions options, long active, boolean compressed) {
        StickyCookie sticky = options.sticky();
        LocationRewrite rewrite = options.locationRewrite();
        HeaderEdits edits = options.responseEdits();
        writer.begin().add(HTTP_11).addNumber(head.status()).add(' ');
        writer.add(head.bytes(), head.reasonStart(), head.reasonEnd()).endLine();
        for (int i = 0; i < head.count(); i++) {
            if (edits.removes(active, head, i) || (compressed && Compression.writes(writer, head, i))) {
                continue;
            }
            switch (head.field(i)) {
                case Field.CONTENT_LENGTH,
                        Field.TRANSFER_ENCODING,
                        Field.CONNECTION,
                        Field.HOP_BY_HOP,
                        Field.UPGRADE -> {}
                case Field.SET_COOKIE -> {
                    if (sticky == null || !sticky.isSetBy(head, i)) {
                        passOn(writer, head, i, edits, active);
                    }
                }
                case Field.LOCATION -> {
                    if (rewrite != null && rewrite.applies(head, i)) {
                        writer.add(LOCATION).add(rewrite.path()).endLine();
                    } else {
                        passOn(writer, head, i, edits, active);
                    }
                }
                default -> passOn(writer, head, i, edits, active);
            }
        }
        return writer;
    }

    private static void passOn(HeadWriter writer, MessageHead head, int i, HeaderEdits edits, long active) {
        if (!head.isNamedInConnection(i) && !edits.writeReplaced(active, writer, head, i)) {
            writer.field(head, i);
        }
    }
}
