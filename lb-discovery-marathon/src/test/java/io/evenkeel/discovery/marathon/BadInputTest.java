package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody should say: it costs little, is reported where it belongs, and hurts nobody else. */
class BadInputTest {

    private static final int MEGABYTE = 1024 * 1024;
    private static final String GOOD =
            "{\"id\": \"/good\", \"ports\": [1], \"tasks\": [" + task("10.0.0.1", "31000") + "]}";

    private final ManualClock clock = new ManualClock();
    private final Inventory inventory = new Inventory(
            new HostResolver(
                    host -> {
                        throw new UnknownHostException(host);
                    },
                    Runnable::run,
                    clock,
                    clock,
                    false,
                    () -> {}),
            new HealthMemory(),
            new ReadinessMemory(clock),
            new Absences(clock),
            false);

    private static String task(String host, String port) {
        return "{\"id\": \"t\", \"host\": \"" + host + "\", \"ports\": [" + port + "], \"state\": \"TASK_RUNNING\"}";
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** So many times the same, without being in memory. */
    private static InputStream repeated(String text, int times) {
        List<InputStream> parts = new ArrayList<>(Collections.nCopies(times, null));
        parts.replaceAll(none -> bytes(text));
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    private Catalog catalog(InputStream answer) {
        try {
            inventory.apps().replace(AppsParser.apps(answer, inventory.apps().known()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inventory.catalog("marathon");
    }

    private Catalog beside(String bad) {
        return catalog(bytes("{\"apps\": [" + bad + ", " + GOOD + "]}"));
    }

    private static void goodIsServed(Catalog catalog) {
        assertThat(catalog.find("/good").endpoints()).hasSize(1);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void anAppThatIsNestedTooDeeplyIsReported(String open) {
        String close = open.equals("[") ? "]" : "}";
        String deep = open.repeat(10_000) + "1" + close.repeat(10_000);
        Catalog catalog = beside("{\"id\": \"/deep\", \"labels\": {\"x\": " + deep + "}}");
        goodIsServed(catalog);
        assertThat(catalog.problems())
                .singleElement()
                .hasToString("/deep: nested more deeply than 32 (expected: less)");
    }

    @Test
    void whatIsNotLookedAtMayBeAsDeepAsItLikes() {
        Catalog catalog = beside("{\"id\": \"/deep\", \"env\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}");
        goodIsServed(catalog);
        assertThat(catalog.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "70000", "99999999999999999999", "1e400", "0.5", "true", "{}", "31000000000"})
    void aPortThatIsNoneCostsItsEndpointOnly(String port) {
        Catalog catalog = beside("{\"id\": \"/bad\", \"ports\": [" + port + "], \"portDefinitions\": [{\"port\": "
                + port + "}], \"tasks\": [" + task("10.0.0.2", port) + "]}");
        goodIsServed(catalog);
        assertThat(catalog.find("/bad").service().servicePort()).isZero();
        assertThat(catalog.find("/bad").endpoints()).isEmpty();
    }

    @Test
    void numbersOfAMillionDigitsAreNotComputed() {
        goodIsServed(beside("{\"id\": \"/bad\", \"ports\": [" + "9".repeat(900_000) + "], \"healthChecks\":"
                + " [{\"intervalSeconds\": " + "9".repeat(900_000) + "}]}"));
    }

    @Test
    void checksWithImpossibleTimesAreKeptAsTheyAre() {
        goodIsServed(beside("{\"id\": \"/bad\", \"ports\": [1], \"healthChecks\": [{\"intervalSeconds\": -5,"
                + " \"timeoutSeconds\": 2147483647, \"maxConsecutiveFailures\": -2147483648, \"portIndex\": 999}]}"));
        assertThat(inventory.catalog("marathon").problems()).isEmpty();
    }

    @Test
    void anIdThatIsThereTwiceIsReported() {
        Catalog catalog = beside(GOOD);
        goodIsServed(catalog);
        assertThat(catalog.problems()).singleElement().hasToString("/good: id: exists (expected: once)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-slash",
                "/a b",
                "/ä/ö",
                "/a:1",
                "//",
                "/a\\u0000b",
                "/a\\nb",
                "/\\ud83d\\ude00",
                "/%2F",
                "/?#"
            })
    void idsWithOddCharactersAreServed(String id) {
        Catalog catalog =
                beside("{\"id\": \"" + id + "\", \"ports\": [1, 2], \"tasks\": [" + task("10.0.0.2", "1, 2") + "]}");
        goodIsServed(catalog);
        assertThat(catalog.snapshots())
                .hasSize(3)
                .allMatch(snapshot -> snapshot.endpoints().size() == 1);
    }

    @Test
    void twoAppsWhoseServicesHaveOneNameAreReported() {
        Catalog catalog = beside("{\"id\": \"/a\", \"ports\": [1, 2]}, {\"id\": \"/a:1\", \"ports\": [3]}");
        goodIsServed(catalog);
        assertThat(catalog.problems()).singleElement().hasToString("/a:1: service /a:1: exists (expected: once)");
    }

    @Test
    void labelsAreDataWhateverIsInThem() {
        Catalog catalog =
                beside("{\"id\": \"/odd\", \"ports\": [1], \"labels\": {\"a\\nb\": \"c\\r\\n\\u0000d\", \"\": \"\"}}");
        goodIsServed(catalog);
        assertThat(catalog.find("/odd").service().labels())
                .containsEntry("a\nb", "c\r\n\0d")
                .containsEntry("", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone.example", "-", "a b", "300.1.1.1", "1.2.3", "::g", "[::1", "ä.example"})
    void hostsThatDoNotResolveAreReported(String host) {
        Catalog catalog = beside("{\"id\": \"/bad\", \"ports\": [1], \"tasks\": [" + task(host, "1") + "]}");
        goodIsServed(catalog);
        assertThat(catalog.problems())
                .singleElement()
                .hasToString("/bad: host " + host + ": has no address (expected: a name that resolves)");
    }

    @Test
    void anAppThatCannotBeReadAnyMoreKeepsWhatWasKnownOfIt() {
        beside("{\"id\": \"/a\", \"ports\": [1], \"tasks\": [" + task("10.0.0.2", "7") + "]}");
        Catalog catalog = beside("{\"id\": \"/a\", \"labels\": " + "[".repeat(100) + "]".repeat(100) + "}");
        assertThat(catalog.find("/a").endpoints()).extracting(Endpoint::id).containsExactly("t");
        assertThat(catalog.problems()).hasSize(1);
        assertThat(beside("{\"id\": \"/a\"}").find("/a")).isNull();
    }

    @Test
    void nobodyIsLostWhenItCannotBeToldWhoIsBroken() {
        beside("{\"id\": \"/a\", \"ports\": [1]}, {\"id\": \"/b\", \"ports\": [1]}");
        Catalog catalog = beside("{\"id\": \"/a\", \"ports\": [1]}, {\"id\": 7.5e3, \"x\": 1}, 17");
        assertThat(catalog.find("/b")).isNotNull();
        goodIsServed(catalog);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0001\u0002", "xxxxxxxxxx", "[[[[[[[[[[", "{\"a\":{\"b\":", "\"\\\\"})
    void tenMegabytesOfGarbageCostLittle(String garbage) {
        InputStream answer = repeated(garbage, 10 * MEGABYTE / garbage.length());
        long before = allocated();
        assertThatThrownBy(() -> AppsParser.apps(answer, Map.of())).isInstanceOf(IOException.class);
        assertThat(allocated() - before).isLessThan(64L * MEGABYTE);
    }

    @Test
    void anAnswerThatIsMostlyPaddingCostsLittle() throws IOException {
        InputStream answer = new SequenceInputStream(Collections.enumeration(Arrays.asList(
                bytes("{\"junk\": ["),
                repeated("{\"x\": [1, 2, \"y\"]},", MEGABYTE),
                bytes("1], \"apps\": [" + GOOD + "]}"))));
        long before = allocated();
        assertThat(AppsParser.apps(answer, Map.of()).apps()).hasSize(1);
        assertThat(allocated() - before).isLessThan(300L * MEGABYTE); // of which the stream of this test is nearly all
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\n: comment", "\ndata: y", "\r", "\nevent: status_update_event"})
    void aHundredMegabytesOfOneEventCostLittle(String content) {
        List<SseEvent> events = new ArrayList<>();
        SseParser parser = new SseParser(64 * 1024, events::add);
        parser.feed(ByteBuffer.wrap("event: deployment_success\ndata: ".getBytes(StandardCharsets.UTF_8)));
        ByteBuffer chunk =
                ByteBuffer.wrap(content.repeat(MEGABYTE / content.length()).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 4; i++) {
            parser.feed(chunk.rewind()); // the parser's own buffers have grown as far as they do
        }
        long before = allocated();
        for (int i = 0; i < 100; i++) {
            parser.feed(chunk.rewind());
        }
        parser.feed(ByteBuffer.wrap("\n\nevent: last\ndata: {}\n\n".getBytes(StandardCharsets.UTF_8)));
        boolean manyLines = content.charAt(0) == '\n';
        assertThat(allocated() - before).isLessThan(manyLines ? 3000L * MEGABYTE : 16L * MEGABYTE);
        assertThat(events.get(events.size() - 1)).isEqualTo(new SseEvent("last", "{}", false));
        assertThat(events).hasSizeLessThan(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60_000})
    void namesOfLabelsMayBeLong(int length) {
        Catalog catalog =
                beside("{\"id\": \"/odd\", \"ports\": [1], \"labels\": {\"" + "k".repeat(length) + "\": \"v\"}}");
        goodIsServed(catalog);
        assertThat(catalog.find("/odd").service().labels()).hasSize(1);
    }

    @Test
    void anAppWithAnEndlessLabelIsReported() {
        Catalog catalog = beside("{\"id\": \"/odd\", \"labels\": {\"k\": \"" + "v".repeat(21_000_000) + "\"}}");
        goodIsServed(catalog);
        assertThat(catalog.problems())
                .singleElement()
                .hasToString("/odd: a text longer than 1000000 characters (expected: less)");
    }

    @Test
    void millionsOfAppsThatAreNoneAreNotKept() throws IOException {
        InputStream answer = new SequenceInputStream(Collections.enumeration(
                Arrays.asList(bytes("{\"apps\": ["), bytes("0,".repeat(MEGABYTE)), bytes(GOOD + "]}"))));
        AppsParser.Answer read = AppsParser.apps(answer, Map.of());
        assertThat(read.apps()).hasSize(1);
        assertThat(read.unreadable()).hasSize(100);
    }
}
