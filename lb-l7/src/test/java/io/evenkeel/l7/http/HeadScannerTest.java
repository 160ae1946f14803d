package io.evenkeel.l7.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class HeadScannerTest {

    private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final byte[] scratch = new byte[HeadScanner.MAX_HEAD];
    private final HeadScanner scanner = new HeadScanner();

    @Test
    void findsTheEndWhereverTheHeadIsSplit() {
        for (int split = 0; split < HEAD.length(); split++) {
            ByteBuf in = Unpooled.buffer();
            in.writeCharSequence(HEAD.substring(0, split), ISO_8859_1);
            assertThat(scanner.scan(in, scratch)).isZero();
            in.writeCharSequence(HEAD.substring(split) + "body\r\n\r\n", ISO_8859_1);
            assertThat(scanner.scan(in, scratch)).isEqualTo(HEAD.length());
            assertThat(in.readerIndex()).isZero();
            assertThat(new String(scratch, 0, HEAD.length(), ISO_8859_1)).isEqualTo(HEAD);
        }
    }

    @Test
    void findsTheEndByteByByteWithAnotherConnectionInBetween() {
        ByteBuf in = Unpooled.buffer().writeBytes(new byte[7]);
        in.skipBytes(7);
        ByteBuf other = Unpooled.copiedBuffer("\r\n\r\n".repeat(100), ISO_8859_1);
        for (int i = 0; i < HEAD.length() - 1; i++) {
            in.writeByte(HEAD.charAt(i));
            assertThat(scanner.scan(in, scratch)).isZero();
            new HeadScanner().scan(other, scratch);
        }
        in.writeByte('\n');
        assertThat(scanner.scan(in, scratch)).isEqualTo(HEAD.length());
        assertThat(new String(scratch, 0, HEAD.length(), ISO_8859_1)).isEqualTo(HEAD);
    }

    @Test
    void findsTheEndOfHeadsOfAnyLengthWhateverFollows() {
        for (int length = 1000; length < 5000; length++) {
            String head = "x".repeat(length - 4) + "\r\n\r\n";
            ByteBuf in = Unpooled.buffer();
            in.writeCharSequence(head.substring(0, length / 3), ISO_8859_1);
            assertThat(scanner.scan(in, scratch)).isZero();
            in.writeCharSequence(head.substring(length / 3) + "y".repeat(3000), ISO_8859_1);
            assertThat(scanner.scan(in, scratch)).isEqualTo(length);
            assertThat(new String(scratch, 0, length, ISO_8859_1)).isEqualTo(head);
        }
    }

    @Test
    void aLineThatEndsWithoutCrIsTheEnd() {
        for (String line : new String[] {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\n", "GET / HTTP/1.1\r\n\n"}) {
            ByteBuf in = Unpooled.copiedBuffer(line + "X: y", ISO_8859_1);
            assertThat(scanner.scan(in, scratch)).isEqualTo(line.length());
            assertThat(new RequestHead().parse(scratch, 0, line.length())).isEqualTo(400);
        }
    }

    @Test
    void headsThatAreTooLongAreTold() {
        String longest = "x".repeat(HeadScanner.MAX_HEAD - 4);
        ByteBuf in = Unpooled.copiedBuffer(longest + "\r\n\r\n", ISO_8859_1);
        assertThat(scanner.scan(in, scratch)).isEqualTo(HeadScanner.MAX_HEAD);
        in = Unpooled.copiedBuffer(longest + "x\r\n\r\n", ISO_8859_1);
        assertThat(scanner.scan(in, scratch)).isEqualTo(-1);
        scanner.reset();
        assertThat(scanner.scan(Unpooled.copiedBuffer(HEAD, ISO_8859_1), scratch))
                .isEqualTo(HEAD.length());
    }
}
