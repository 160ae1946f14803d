package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What HAProxy 2.0 takes for cacheable when it sets a cookie with {@code nocache}. */
class CacheabilityTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Server: s | true",
                "Cache-Control: private | false",
                "cache-CONTROL: No-Cache | false",
                "Cache-Control: no-store, max-age=60 | false",
                "Cache-Control: max-age=0 | false",
                "Cache-Control: s-maxage=0 | false",
                "Cache-Control: max-age=60 | true",
                "Cache-Control: max-age=60, private | true", // only the first directive counts
                "Cache-Control: privately | true",
                "Cache-Control: public | true",
                "Cache-Control: | true",
                "Pragma: no-cache | false",
                "Pragma: other | true",
                "X-Cache-Control: private | true",
                "Server: Cache-Control: private | true"
            })
    void goesByTheFirstDirectiveOfEachField(String field, boolean cacheable) {
        assertThat(of(200, true, field)).isEqualTo(cacheable);
    }

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "206, true",
        "301, true",
        "404, true",
        "302, false",
        "304, false",
        "401, false",
        "500, false"
    })
    void goesByTheStatus(int status, boolean cacheable) {
        assertThat(of(status, true, "Server: s")).isEqualTo(cacheable);
        assertThat(of(status, true, "Cache-Control: public")).isTrue();
    }

    @Test
    void whatIsSentIsNotCacheableUnlessItSaysSo() {
        assertThat(of(200, false, "Server: s")).isFalse();
        assertThat(of(200, false, "Cache-Control: public")).isTrue();
    }

    private static boolean of(int status, boolean safe, String field) {
        byte[] head =
                Bytes.of("HTTP/1.1 " + status + " X\r\nDate: today\r\n" + field.strip() + "\r\nConnection: close\r\n");
        return Cacheability.of(new HeadWriter().begin().add(head), status, safe);
    }
}
