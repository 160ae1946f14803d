package io.evenkeel.l7.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** What somebody must know who changes something from another machine. Immutable; its text does not show what it is. */
public final class AdminToken {

    /** How the header begins that brings a token. */
    static final String SCHEME = "Bearer ";

    private static final Pattern FORM = Pattern.compile("[!-~]+");

    private final byte[] token;

    private AdminToken(String token) {
        this.token = token.getBytes(UTF_8);
    }

    /**
     * A token.
     *
     * @param token visible ASCII characters, at least one
     * @return the token
     */
    public static AdminToken of(String token) {
        if (!FORM.matcher(token).matches()) {
            throw new IllegalArgumentException("token: *** (expected: one word of visible ASCII characters)");
        }
        return new AdminToken(token);
    }

    /**
     * Reads a token from a file.
     *
     * @param file holds the token and nothing else, blanks and line ends around it excepted
     * @return the token
     * @throws IllegalArgumentException if the file cannot be read or holds none
     */
    public static AdminToken read(Path file) {
        try {
            return of(Files.readString(file, UTF_8).trim());
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "admin token file: " + file + " (expected: a readable file with one word in it)", e);
        }
    }

    /** The value of the header {@code Authorization} with which it is brought. */
    public String authorization() {
        return SCHEME + new String(token, UTF_8);
    }

    /** Whether a guess is right; takes as long for one that nearly is. */
    boolean is(String guess) {
        return MessageDigest.isEqual(token, guess.getBytes(UTF_8));
    }

    @Override
    public String toString() {
        return Secrets.MASK;
    }
}
