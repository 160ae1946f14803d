package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {

    @ParameterizedTest
    @CsvSource({
        "realm:user:$6$salt$abc/def.ghi, realm:user:***",
        "a $1$x$y and $2y$10$abcdefgh (expected), a *** and *** (expected)",
        "user:{SHA}abc123+/=, user:***",
        "http://me:secret@host:8080/x, http://***@host:8080/x",
        "mail me@example.com, mail me@example.com",
        "costs $5 or $6, costs $5 or $6"
    })
    void hashesAndUsersAreMasked(String text, String masked) {
        assertThat(Secrets.masked(text)).isEqualTo(masked);
    }

    @Test
    void keysAreMaskedWholeEvenIfCutOff() {
        String key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n";
        assertThat(Secrets.masked("a " + key + "-----END RSA PRIVATE KEY----- b"))
                .isEqualTo("a *** b");
        assertThat(Secrets.masked("a " + key)).isEqualTo("a ***");
    }
}
