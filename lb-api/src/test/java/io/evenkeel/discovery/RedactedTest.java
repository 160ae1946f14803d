package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedTest {

    @ParameterizedTest
    @CsvSource({
        "consul://me:secret@10.0.0.1:8500/a, consul://…@10.0.0.1:8500/a",
        "consul://secret@10.0.0.1, consul://…@10.0.0.1",
        "//me:secret@host, //…@host",
        "consul:me:secret@host, …@host",
        "me:secret@host:8080, …@host:8080",
        "http://me:sec/secret@host/x, http://…@host/x",
        "http://me:s@secret@host, http://…@host",
        "me:secret//x@host, …@host"
    })
    void nothingThatCanBeAPasswordIsShown(String uri, String shown) {
        assertThat(Redacted.text(uri)).isEqualTo(shown).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://host:8080/x", "host:8080", "static://web/10.0.0.1:80", "/etc/hosts", "", "//"})
    void whatHoldsNoPasswordIsShownWhole(String uri) {
        assertThat(Redacted.text(uri)).isEqualTo(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"consul://me:secret@10.0.0.1:8500", "static://me:secret@web"})
    void errorsAboutSourcesDoNotShowPasswords(String uri) {
        assertThat(catchThrowable(() -> Discovery.of(URI.create(uri))))
                .hasMessageContaining("…@")
                .hasMessageNotContaining("secret");
    }
}
