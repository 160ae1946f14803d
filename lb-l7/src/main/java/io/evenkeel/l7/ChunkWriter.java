package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes payload in chunks whose framing is our own: the sender's extensions go no further. */
final class ChunkWriter {

    private static final ByteBuf LAST = constant("0\r\n\r\n");
    private static final ByteBuf END = constant("\r\n");

    private ChunkWriter() {}

    private static ByteBuf constant(String text) {
        byte[] bytes = Bytes.of(text);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }

    static void write(Channel channel, ByteBuf payload) {
        int size = payload.readableBytes();
        ByteBuf line = channel.alloc().directBuffer(10);
        boolean started = false;
        for (int shift = 28; shift >= 0; shift -= 4) {
            int digit = (size >>> shift) & 0xF;
            started |= digit != 0;
            if (started) {
                line.writeByte(digit < 10 ? '0' + digit : 'a' + digit - 10);
            }
        }
        line.writeByte('\r').writeByte('\n');
        channel.write(line, channel.voidPromise());
        channel.write(payload, channel.voidPromise());
        channel.write(END.duplicate(), channel.voidPromise());
    }

    static void writeLast(Channel channel, @Nullable Http2Headers trailers) {
        channel.write(trailers == null ? LAST.duplicate() : last(channel.alloc(), trailers), channel.voidPromise());
    }

    private static ByteBuf last(ByteBufAllocator allocator, Http2Headers trailers) {
        ByteBuf last = allocator.directBuffer().writeByte('0').writeByte('\r').writeByte('\n');
        for (Map.Entry<CharSequence, CharSequence> field : trailers) {
            last.writeCharSequence(field.getKey(), StandardCharsets.ISO_8859_1);
            last.writeByte(':').writeByte(' ');
            last.writeCharSequence(field.getValue(), StandardCharsets.ISO_8859_1);
            last.writeByte('\r').writeByte('\n');
        }
        return last.writeByte('\r').writeByte('\n');
    }
}
