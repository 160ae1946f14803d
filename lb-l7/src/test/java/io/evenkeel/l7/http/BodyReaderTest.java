package io.evenkeel.l7.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

    private final BodyReader reader = new BodyReader();
    private final StringBuilder payload = new StringBuilder();

    @Test
    void noBodyTakesNothing() {
        reader.beginNone();
        assertThat(reader.isDone()).isTrue();
        assertThat(feed("next")).isEqualTo("next");
        reader.beginLength(0);
        assertThat(reader.isDone()).isTrue();
        assertThat(feed("next")).isEqualTo("next");
    }

    @Test
    void lengthTakesExactlyThatMuch() {
        reader.beginLength(5);
        assertThat(feed("hel")).isEmpty();
        assertThat(reader.isDone()).isFalse();
        assertThat(feed("lonext")).isEqualTo("next");
        assertThat(reader.isDone()).isTrue();
        assertThat(payload).hasToString("hello");
    }

    @Test
    void lengthsBeyondAnIntegerAreCounted() {
        reader.beginLength(5_000_000_000L);
        assertThat(feed("x".repeat(1000))).isEmpty();
        assertThat(reader.isDone()).isFalse();
    }

    @Test
    void aPartOfABodyMayGoAnotherWay() {
        reader.beginLength(10);
        assertThat(feed("ab")).isEmpty();
        reader.skip(6);
        assertThat(reader.remaining()).isEqualTo(2);
        assertThat(feed("cdnext")).isEqualTo("next");
        assertThat(payload).hasToString("abcd");
        assertThat(reader.isDone()).isTrue();
        reader.beginLength(3);
        reader.skip(3);
        assertThat(reader.isDone()).isTrue();
    }

    @Test
    void untilCloseTakesEverything() {
        reader.beginUntilClose();
        assertThat(feed("0\r\n\r\n")).isEmpty();
        assertThat(feed("more")).isEmpty();
        assertThat(reader.isDone()).isFalse();
        assertThat(reader.isUntilClose()).isTrue();
        assertThat(payload).hasToString("0\r\n\r\nmore");
    }

    static String[] chunked() {
        return new String[] {
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "2\r\nhe\r\n3\r\nllo\r\n00\r\n\r\n",
            "00000000005\r\nhello\r\n0\r\n\r\n",
            "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
            "5;name=value;\"quoted\"\t\r\nhello\r\n0;last\r\n\r\n",
            "5\r\nhello\r\n0\r\nTrailer: dropped\r\nOther: too\r\n\r\n",
        };
    }

    @ParameterizedTest
    @MethodSource("chunked")
    void chunksMayBeSplitAnywhere(String body) {
        String expected = decoded(body);
        for (int split = 0; split <= body.length(); split++) {
            payload.setLength(0);
            reader.beginChunked();
            String left = feed(body.substring(0, split));
            left += feed(body.substring(split) + "GET /next");
            assertThat(left).as("split at %s", split).isEqualTo("GET /next");
            assertThat(reader.isDone()).isTrue();
            assertThat(payload).hasToString(expected);
        }
        payload.setLength(0);
        reader.beginChunked();
        for (int i = 0; i < body.length(); i++) {
            assertThat(reader.isDone()).isFalse();
            assertThat(feed(body.substring(i, i + 1))).isEmpty();
        }
        assertThat(reader.isDone()).isTrue();
        assertThat(payload).hasToString(expected);
    }

    private static String decoded(String body) {
        StringBuilder text = new StringBuilder();
        for (String word : new String[] {"hello", "he", "0123456789"}) {
            boolean whole = !word.equals("he") || body.startsWith("2");
            for (int at = body.indexOf(word); whole && at >= 0; at = body.indexOf(word, at + 1)) {
                text.append(word.equals("he") ? "hello" : word);
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                "+1\r\n",
                "0x5\r\n",
                " 5\r\n",
                "5 \r\n",
                "5 ;x\r\n",
                ";x\r\n",
                "5\n",
                "5\rhello",
                "5\r\r\n",
                "5;x\n",
                "5;x\u0000\r\n",
                "5;x\u007f\r\n",
                "5\r\nhelloX",
                "5\r\nhello\n",
                "5\r\nhello\rX",
                "5\r\nhello0\r\n",
                "0\r\n\n",
                "0\r\nX: y\n",
                "0\r\nX: \u0000\r\n",
                "0\r\n\rX",
                "1000000000000000\r\n",
                "ffffffffffffffff\r\n",
                "0000000000000005\r\n",
                "\u0665\r\n",
            })
    void malformedChunksFail(String body) {
        reader.beginChunked();
        feed(body);
        assertThat(reader.isFailed()).isTrue();
        assertThat(reader.isDone()).isFalse();
        int before = payload.length();
        feed("0\r\n\r\n");
        assertThat(reader.isDone()).as("nothing more is read").isFalse();
        assertThat(payload).hasSize(before);
        reader.beginLength(1);
        assertThat(reader.isFailed()).as("the next message is another one").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5  \r\nhello\r\n0 \r\n\r\n", "5\t;x y\r\nhello\r\n0\t \t;x\r\n\r\n"})
    void sizesMayBePaddedWhereThatIsAllowed(String body) {
        reader.beginLenientChunked();
        assertThat(feed(body + "next")).isEqualTo("next");
        assertThat(reader.isDone()).isTrue();
        assertThat(payload).hasToString("hello");
        reader.beginChunked();
        feed(body);
        assertThat(reader.isFailed()).as("nowhere else").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {" 5\r\n", " \r\n", "5 5\r\n", "5 x\r\n", "5 \n", "5 \u000b\r\n", "5\r \n"})
    void paddingIsBlanksBehindTheSizeAndNothingElse(String body) {
        reader.beginLenientChunked();
        feed(body);
        assertThat(reader.isFailed()).isTrue();
    }

    @Test
    void sizeLinesAndTrailersAreBounded() {
        reader.beginChunked();
        feed("5;" + "x".repeat(252));
        assertThat(reader.isFailed()).isFalse();
        feed("xxx");
        assertThat(reader.isFailed()).isTrue();
        reader.beginChunked();
        String field = "X: " + "y".repeat(200) + "\r\n";
        feed("0\r\n" + field.repeat(40));
        assertThat(reader.isFailed()).isFalse();
        feed(field);
        assertThat(reader.isFailed()).isTrue();
    }

    @Test
    void declaredSizesAreNeverAllocated() {
        reader.beginChunked();
        assertThat(feed("7fffffffffffff\r\nabc")).isEmpty();
        assertThat(reader.isFailed()).isFalse();
        assertThat(reader.isDone()).isFalse();
        assertThat(payload).hasToString("abc");
    }

    static Long[] seeds() {
        return new Random(7).longs(300).boxed().toArray(Long[]::new);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyBytesAreReadTheSameHoweverTheyAreSplit(long seed) {
        Random random = new Random(seed);
        String alphabet = "0015aF;x\r\n\r\n\r\n:\u0000\u00ff";
        StringBuilder any = new StringBuilder("3\r\nabc\r\n");
        for (int i = random.nextInt(60); i > 0; i--) {
            any.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        reader.beginChunked();
        feed(any.toString());
        String whole = payload + " " + reader.isDone() + reader.isFailed();
        payload.setLength(0);
        reader.beginChunked();
        for (int i = 0; i < any.length() && !reader.isDone() && !reader.isFailed(); i++) {
            feed(any.substring(i, i + 1));
        }
        assertThat(payload + " " + reader.isDone() + reader.isFailed()).isEqualTo(whole);
    }

    /** Gives bytes to the reader, collects the payload, and returns what it left. */
    private String feed(String text) {
        ByteBuf in = Unpooled.copiedBuffer(text, ISO_8859_1);
        for (ByteBuf part = reader.read(in); part != null; part = reader.read(in)) {
            assertThat(part.isReadable()).isTrue();
            payload.append(part.toString(ISO_8859_1));
            part.release();
        }
        String left = in.toString(ISO_8859_1);
        in.release();
        assertThat(in.refCnt()).as("slices and buffer are released").isZero();
        return left;
    }
}
