package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadRewriterTest {

    @ParameterizedTest
    @CsvSource({"10.1.2.3, 10.1.2.3:80", "::1, [0:0:0:0:0:0:0:1]:80", "fe80::1%1, [fe80:0:0:0:0:0:0:1]:80"})
    void anAddressIsWrittenAsAHost(String address, String host) {
        ByteBuf request = Unpooled.copiedBuffer("GET / HTTP/1.1\r\nX: y\r\n\r\n", ISO_8859_1);
        ByteBuf complete =
                HeadRewriter.withHost(request, new InetSocketAddress(address, 80), UnpooledByteBufAllocator.DEFAULT);
        assertThat(complete.toString(ISO_8859_1)).isEqualTo("GET / HTTP/1.1\r\nX: y\r\nHost: " + host + "\r\n\r\n");
        complete.release();
        assertThat(request.release()).as("it is left to its owner").isTrue();
    }
}
