package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/** Which server a client asked for in its TLS handshake: read from its first message, remembered with the connection. */
final class ServerNames {

    private static final AttributeKey<byte[]> NAME = AttributeKey.valueOf(ServerNames.class, "name");
    private static final int RANDOM_END = 34; // behind the version
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;

    private ServerNames() {}

    /** The name as the client of a connection sent it; null if it named none. */
    static byte @Nullable [] of(Channel channel) {
        return channel.hasAttr(NAME) ? channel.attr(NAME).get() : null;
    }

    static void remember(Channel channel, byte @Nullable [] name) {
        if (name != null) {
            channel.attr(NAME).set(name);
        }
    }

    /**
     * Finds the name in a ClientHello (RFC 8446, section 4.1.2; RFC 6066, section 3), given without its header.
     *
     * @return the name as it was sent; null if there is none, or what is there makes no sense
     */
    static byte @Nullable [] inHello(ByteBuf hello) {
        int end = hello.writerIndex();
        int at = hello.readerIndex() + RANDOM_END;
        at = skip(hello, at, end, 1); // session id
        at = skip(hello, at, end, 2); // cipher suites
        at = skip(hello, at, end, 1); // compression methods
        int extensionsEnd = skip(hello, at, end, 2);
        if (extensionsEnd < 0) {
            return null;
        }
        at += 2;
        while (at + 4 <= extensionsEnd) {
            int type = hello.getUnsignedShort(at);
            int next = skip(hello, at + 2, extensionsEnd, 2);
            if (next < 0) {
                return null;
            }
            if (type == SERVER_NAME) {
                return hostName(hello, at + 4, next);
            }
            at = next;
        }
        return null;
    }

    private static byte @Nullable [] hostName(ByteBuf hello, int from, int to) {
        if (from + 5 > to || hello.getUnsignedByte(from + 2) != HOST_NAME) {
            return null;
        }
        int length = hello.getUnsignedShort(from + 3);
        if (length == 0 || from + 5 + length > to) {
            return null;
        }
        byte[] name = new byte[length];
        hello.getBytes(from + 5, name);
        return name;
    }

    /** The end of a vector whose length takes so many bytes; negative if it does not fit. */
    private static int skip(ByteBuf in, int at, int end, int lengthBytes) {
        if (at < 0 || at + lengthBytes > end) {
            return -1;
        }
        int length = lengthBytes == 1 ? in.getUnsignedByte(at) : in.getUnsignedShort(at);
        int next = at + lengthBytes + length;
        return next <= end ? next : -1;
    }
}
