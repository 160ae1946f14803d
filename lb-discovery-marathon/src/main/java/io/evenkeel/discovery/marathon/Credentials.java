package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user and password for HTTP basic authentication. Its text form shows neither.
 *
 * @param user the user
 * @param password the password
 */
public record Credentials(String user, String password) {

    /**
     * Checks the user.
     *
     * @throws IllegalArgumentException if the user contains a colon, which basic authentication cannot express
     */
    public Credentials {
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
    public String toString() {
        return "Credentials[…]";
    }
}
