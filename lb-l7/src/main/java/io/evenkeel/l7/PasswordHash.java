package io.evenkeel.l7;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.evenkeel.l7.http.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Crypt;

/**
 * What crypt(3) has made of a password: MD5 ({@code $1$}), SHA-256 ({@code $5$}), SHA-512 ({@code $6$}) or bcrypt ({@code
 * $2a$}, {@code $2b$}, {@code $2y$}). Immutable; never shown.
 */
public final class PasswordHash {

    /* Whoever writes a hash decides what checking a password costs; a second of one processor is enough. */
    private static final int MAX_ROUNDS = 1_000_000;
    private static final int MAX_COST = 14;
    private static final Pattern MD5 = Pattern.compile("\\$1\\$[./0-9A-Za-z]{1,8}\\$[./0-9A-Za-z]{22}");
    private static final Pattern SHA =
            Pattern.compile("\\$(?:5\\$(?:rounds=([0-9]{1,9})\\$)?[./0-9A-Za-z]{1,16}\\$[./0-9A-Za-z]{43}"
                    + "|6\\$(?:rounds=([0-9]{1,9})\\$)?[./0-9A-Za-z]{1,16}\\$[./0-9A-Za-z]{86})");
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./0-9A-Za-z]{53}");

    private final byte[] text;

    private PasswordHash(String text) {
        this.text = Bytes.of(text);
    }

    /**
     * Reads a hash.
     *
     * @param text as crypt(3) writes it
     * @return the hash
     * @throws IllegalArgumentException if it is of another kind, or would take too long to check; the message does not
     *     show it
     */
    public static PasswordHash parse(String text) {
        Matcher sha = SHA.matcher(text);
        Matcher bcrypt = BCRYPT.matcher(text);
        if (sha.matches()) {
            String rounds = sha.group(1) == null ? sha.group(2) : sha.group(1);
            if (rounds != null && Integer.parseInt(rounds) > MAX_ROUNDS) {
                throw new IllegalArgumentException("rounds: " + rounds + " (expected: <= " + MAX_ROUNDS + ")");
            }
        } else if (bcrypt.matches()) {
            int cost = Integer.parseInt(bcrypt.group(1));
            if (cost < 4 || cost > MAX_COST) {
                throw new IllegalArgumentException("cost: " + cost + " (expected: 4 to " + MAX_COST + ")");
            }
        } else if (!MD5.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "password: (not shown) (expected: a hash of crypt(3) that begins with $1$, $5$, $6$ or $2b$)");
        }
        return new PasswordHash(text);
    }

    /** The text as bytes. Not to be changed. */
    byte[] bytes() {
        return text;
    }

    /** Whether this was made of the password. Slow on purpose: not for event loops. */
    boolean isOf(byte[] password) {
        if (text[1] == '2') {
            return BCrypt.verifyer().verify(password, text).verified;
        }
        String setting = new String(text, StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(text, Bytes.of(Crypt.crypt(password, setting)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash hash && MessageDigest.isEqual(hash.text, text);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(text);
    }

    @Override
    public String toString() {
        return "(not shown)";
    }
}
