package io.evenkeel.l7.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class HeadWriterTest {

    private final HeadWriter writer = new HeadWriter();

    @Test
    void writesLinesAndNumbers() {
        writer.begin().add(Bytes.of("A")).add(' ').addNumber(0).endLine();
        writer.contentLength(Long.MAX_VALUE).chunked();
        assertThat(finish())
                .isEqualTo("A 0\r\nContent-Length: 9223372036854775807\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void fieldsAreCopiedWithOneSpace() {
        byte[] bytes = Bytes.of("GET / HTTP/1.1\r\nHOST:\t a \r\n\r\n");
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, 0, bytes.length)).isZero();
        writer.begin().field(head, 0);
        assertThat(finish()).isEqualTo("HOST: a\r\n\r\n");
    }

    @Test
    void growsToTheLargestHeadAndBeginsAnew() {
        byte[] large = Bytes.of("x".repeat(30_000));
        writer.begin();
        for (int i = 0; i < large.length; i++) {
            writer.add(large[i]);
        }
        writer.add(large);
        assertThat(finish()).hasSize(60_002);
        writer.begin().add(Bytes.of("short"));
        assertThat(finish()).isEqualTo("short\r\n");
    }

    @Test
    void aHeadTakesThePlaceOfWhatWasReadBefore() {
        ByteBuf received = Unpooled.copiedBuffer("12345678body", ISO_8859_1).skipBytes(8);
        assertThat(writer.begin().add(Bytes.of("A")).endLine().finishBefore(received))
                .isTrue();
        assertThat(received.toString(ISO_8859_1)).isEqualTo("A\r\n\r\nbody");
        assertThat(received.readerIndex()).isEqualTo(3);
    }

    @Test
    void aHeadThatThereIsNoRoomForIsNotEnded() {
        ByteBuf received = Unpooled.copiedBuffer("1234body", ISO_8859_1).skipBytes(4);
        assertThat(writer.begin().add(Bytes.of("A")).endLine().finishBefore(received))
                .isFalse();
        assertThat(received.toString(ISO_8859_1)).isEqualTo("body");
        assertThat(finish()).isEqualTo("A\r\n\r\n");
    }

    private String finish() {
        ByteBuf written = writer.finish(UnpooledByteBufAllocator.DEFAULT);
        String text = written.toString(ISO_8859_1);
        written.release();
        return text;
    }
}
