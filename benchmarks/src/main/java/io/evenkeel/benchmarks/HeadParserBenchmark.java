package io.evenkeel.benchmarks;

import io.evenkeel.l7.http.HeadScanner;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to find the end of a head in what was received, to check all of it, and to note what matters? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HeadParserBenchmark {

    private static final String TOOL = "GET /b/200 HTTP/1.1\r\nHost: 127.0.0.1:21000\r\n\r\n";
    private static final String BROWSER = "GET /assets/js/app.1f2e3d4c.js?v=20261127 HTTP/1.1\r\n"
            + "Host: shop.example.com\r\nConnection: keep-alive\r\n"
            + "sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\n"
            + "sec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0\r\n"
            + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
            + "Referer: https://shop.example.com/products/1234?color=blue\r\nAccept-Encoding: gzip, deflate, br\r\n"
            + "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
            + "Cookie: session=0f8e2b1c5a7711ee8c990242ac110002; mesosphere_server_id=9f86d081884c7d65\r\n"
            + "X-Forwarded-For: 192.0.2.7\r\n\r\n";
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Fri, 27 Nov 2026 10:00:00 GMT\r\n"
            + "Content-Type: text/html; charset=utf-8\r\nContent-Length: 10240\r\nVary: Accept-Encoding\r\n"
            + "Cache-Control: max-age=60\r\nETag: \"5f2b-1a2b3c\"\r\nSet-Cookie: a=b; Path=/; HttpOnly\r\n\r\n";

    private final HeadScanner scanner = new HeadScanner();
    private final byte[] scratch = new byte[HeadScanner.MAX_HEAD];
    private final RequestHead request = new RequestHead();
    private final ResponseHead response = new ResponseHead();
    private final ByteBuf tool = direct(TOOL);
    private final ByteBuf browser = direct(BROWSER);
    private final ByteBuf answer = direct(RESPONSE);

    private static ByteBuf direct(String text) {
        return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * The request of a load generator: one field.
     *
     * @return 0
     */
    @Benchmark
    public int requestOfTool() {
        return request.parse(scratch, 0, scanner.scan(tool, scratch));
    }

    /**
     * The request of a browser: 12 fields.
     *
     * @return 0
     */
    @Benchmark
    public int requestOfBrowser() {
        return request.parse(scratch, 0, scanner.scan(browser, scratch));
    }

    /**
     * A response.
     *
     * @return 0
     */
    @Benchmark
    public int response() {
        return response.parse(scratch, 0, scanner.scan(answer, scratch));
    }
}
