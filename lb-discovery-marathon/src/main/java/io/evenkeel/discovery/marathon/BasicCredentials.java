package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** See {@link Credentials#basic}. */
record BasicCredentials(String user, String password) implements Credentials {

    BasicCredentials {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("user: contains a colon (expected: none)");
        }
    }

    String header() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String kind() {
        return "user and password";
    }

    @Override
    public String toString() {
        return "Credentials[…]";
    }
}
