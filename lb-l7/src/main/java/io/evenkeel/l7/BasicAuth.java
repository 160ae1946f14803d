package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

/**
 * Who may use something by HTTP's basic authentication (RFC 7617): one user with a password. Immutable.
 *
 * @param realm what the password is asked for
 * @param user the only user
 * @param password what is known of the password
 */
public record BasicAuth(String realm, String user, PasswordHash password) {

    /** Checks that the realm can stand in a header. */
    public BasicAuth {
        if (!realm.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\')) {
            throw new IllegalArgumentException(
                    "realm: " + realm + " (expected: printable ASCII characters without quotes and backslashes)");
        }
        if (user.isEmpty()) {
            throw new IllegalArgumentException("user: '' (expected: a name)");
        }
        requireNonNull(password, "password");
    }
}
