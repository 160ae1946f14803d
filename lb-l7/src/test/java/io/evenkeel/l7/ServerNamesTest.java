package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerNamesTest {

    @Test
    void findsTheNameAsItWasSentBehindOtherExtensions() {
        assertThat(ServerNames.inHello(hello(extension(10, "groups"), serverName("A.Example"))))
                .asString(US_ASCII)
                .isEqualTo("A.Example");
        assertThat(ServerNames.inHello(hello(extension(10, "groups")))).isNull();
        assertThat(ServerNames.inHello(hello())).isNull();
        assertThat(ServerNames.inHello(hello(serverName("")))).isNull();
    }

    @Test
    void everyBeginningOfAHelloNamesNobody() {
        ByteBuf whole = hello(serverName("a.example"));
        for (int length = 0; length < whole.readableBytes(); length++) {
            assertThat(ServerNames.inHello(whole.slice(0, length)))
                    .as("%d bytes", length)
                    .isNull();
        }
    }

    @Test
    void noBytesAreTooMuchForIt() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            ByteBuf mangled =
                    hello(extension(10, "groups"), serverName("a.example")).copy();
            for (int j = 0; j < 4; j++) {
                mangled.setByte(34 + random.nextInt(mangled.readableBytes() - 34), random.nextInt(256));
            }
            byte[] name = ServerNames.inHello(mangled);
            if (name != null) {
                assertThat(name.length).isPositive().isLessThan(mangled.readableBytes());
            }
        }
    }

    private static ByteBuf hello(ByteBuf... extensions) {
        ByteBuf all = Unpooled.wrappedBuffer(extensions);
        ByteBuf hello = Unpooled.buffer().writeShort(0x0303).writeZero(32);
        hello.writeByte(2).writeShort(0xABCD); // session id
        hello.writeShort(2).writeShort(0x1301); // cipher suites
        hello.writeByte(1).writeByte(0); // compression methods
        return hello.writeShort(all.readableBytes()).writeBytes(all);
    }

    private static ByteBuf serverName(String name) {
        ByteBuf list = Unpooled.buffer().writeShort(name.length() + 3).writeByte(0);
        list.writeShort(name.length()).writeCharSequence(name, US_ASCII);
        return extension(0, list);
    }

    private static ByteBuf extension(int type, String content) {
        return extension(type, Unpooled.copiedBuffer(content, US_ASCII));
    }

    private static ByteBuf extension(int type, ByteBuf content) {
        return Unpooled.buffer()
                .writeShort(type)
                .writeShort(content.readableBytes())
                .writeBytes(content);
    }
}
