package io.evenkeel.l4;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.ProxyHeader.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "c0000201" + "c0000202" + "1f90" + "01bb"; // 192.0.2.1:8080 to 192.0.2.2:443

    @Test
    void aLineNamesBothEnds() {
        Result.Read read = read("PROXY TCP4 192.0.2.1 192.0.2.2 8080 443\r\nGET /");
        assertThat(read.length()).isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 8080 443\r\n".length());
        assertThat(read.addresses())
                .isEqualTo(new ConnectionAddresses(
                        new InetSocketAddress("192.0.2.1", 8080), new InetSocketAddress("192.0.2.2", 443)));
        assertThat(read("PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n").addresses())
                .isEqualTo(new ConnectionAddresses(
                        new InetSocketAddress("2001:db8::1", 0), new InetSocketAddress("2001:db8::2", 65535)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"})
    void aLineMayNameNobody(String line) {
        assertThat(read(line).addresses()).isNull();
        assertThat(read(line).length()).isEqualTo(line.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXY\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
                "PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
                "PROXY TCP4 2001:db8::1 192.0.2.2 1 2\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n",
                "PROXY TCP4 localhost 192.0.2.2 1 2\r\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n"
            })
    void whatIsNoLineIsWrong(String text) {
        assertThat(result(text)).isInstanceOf(Result.Wrong.class);
    }

    @Test
    void aLineHas107BytesAtMost() {
        String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n";
        assertThat(read(longest).length()).isEqualTo(107);
        assertThat(result("PROXY UNKNOWN " + "x".repeat(107 - 15) + "\r\n")).isInstanceOf(Result.Wrong.class);
        assertThat(result("PROXY UNKNOWN " + "x".repeat(107 - 15))).isInstanceOf(Result.Incomplete.class);
    }

    @Test
    void everyBeginningOfAHeaderIsIncomplete() {
        byte[] line = "PROXY TCP4 192.0.2.1 192.0.2.2 8080 443\r\n".getBytes(ISO_8859_1);
        byte[] binary = ByteBufUtil.decodeHexDump(SIGNATURE + "2111000f" + V4 + "040000");
        for (byte[] header : new byte[][] {line, binary}) {
            for (int length = 0; length < header.length; length++) {
                assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(header, 0, length)))
                        .as("%d bytes", length)
                        .isInstanceOf(Result.Incomplete.class);
            }
            assertThat(ProxyHeader.read(Unpooled.wrappedBuffer(header))).isInstanceOf(Result.Read.class);
        }
    }

    @Test
    void aBinaryHeaderNamesBothEndsAndMayHaveFields() {
        Result.Read read = readHex("2111" + "0013" + V4 + "04" + "0004" + "00000000" + "ffff");
        assertThat(read.length()).isEqualTo(35);
        assertThat(read.addresses())
                .isEqualTo(new ConnectionAddresses(
                        new InetSocketAddress("192.0.2.1", 8080), new InetSocketAddress("192.0.2.2", 443)));
        Result.Read six = readHex("2121" + "0024" + "20010db8" + "00".repeat(11) + "01" + "20010db8" + "00".repeat(11)
                + "02" + "0001" + "0002");
        assertThat(six.addresses())
                .isEqualTo(new ConnectionAddresses(
                        new InetSocketAddress("2001:db8::1", 1), new InetSocketAddress("2001:db8::2", 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20000000", "200000030000ff", "21000000", "2131" + "00d8"})
    void aBinaryHeaderMayNameNobody(String hex) {
        String whole = hex.startsWith("2131") ? hex + "00".repeat(216) : hex;
        assertThat(readHex(whole).addresses()).isNull();
        assertThat(readHex(whole).length()).isEqualTo(12 + whole.length() / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1111000c" + V4, // another version
                "2211000c" + V4, // another command
                "2112000c" + V4, // datagrams
                "2141000c" + V4, // another family
                "2111000b" + "c0000201c00002021f9001", // too short for its addresses
                "2121000c" + V4,
                "2111000d" + V4 + "04", // a field without a length
                "2111000f" + V4 + "040001", // a field without its value
                "21110010" + V4 + "04000200",
                "21110010" + V4 + "20000100", // too short for what TLS says
                "21110013" + V4 + "030004" + "00000000", // a checksum that is wrong
                "21111000" + V4 // longer than anybody needs
            })
    void whatIsNoBinaryHeaderIsWrong(String hex) {
        assertThat(resultHex(hex)).isInstanceOf(Result.Wrong.class);
    }

    @Test
    void aChecksumThatIsRightIsTaken() {
        byte[] header = ByteBufUtil.decodeHexDump(SIGNATURE + "21110013" + V4 + "030004" + "00000000");
        CRC32C checksum = new CRC32C();
        checksum.update(header);
        ByteBuf in = Unpooled.wrappedBuffer(header).setInt(header.length - 4, (int) checksum.getValue());
        assertThat(ProxyHeader.read(in)).isInstanceOf(Result.Read.class);
    }

    @Test
    void noBytesAreTooMuchForIt() {
        Random random = new Random(42);
        byte[] start = ByteBufUtil.decodeHexDump(SIGNATURE);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            ByteBuf in = Unpooled.buffer().writeBytes(start).writeByte(0x21).writeByte(0x11);
            in.writeShort(random.nextInt(64)).writeBytes(noise);
            Result result = ProxyHeader.read(in);
            if (result instanceof Result.Read read) {
                assertThat(read.length()).isLessThanOrEqualTo(in.readableBytes());
            }
        }
    }

    private static Result.Read read(String text) {
        return (Result.Read) result(text);
    }

    private static Result result(String text) {
        return ProxyHeader.read(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    private static Result.Read readHex(String hex) {
        return (Result.Read) resultHex(hex);
    }

    private static Result resultHex(String hex) {
        return ProxyHeader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(SIGNATURE + hex)));
    }
}
