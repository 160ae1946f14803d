package io.evenkeel.discovery.marathon;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a private key in PEM: PKCS#8 (RFC 5958), and the older forms of RSA (PKCS#1, RFC 8017) and of elliptic curves (SEC1,
 * RFC 5915), which the JDK knows only inside PKCS#8. Messages never show what was read.
 */
final class PemKey {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final String EXPECTED = " (expected: an unencrypted private key in PEM)";
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xA0;
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("06092A864886F70D0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072A8648CE3D0201");

    private PemKey() {}

    /**
     * Reads a key.
     *
     * @param what the name of the setting, for messages
     * @param text PEM; line feeds may be written as {@code \n}
     */
    static PrivateKey parse(String what, String text) {
        Matcher block = BLOCK.matcher(text.replace("\\n", "\n"));
        if (!block.find()) {
            throw new IllegalArgumentException(what + ": no private key" + EXPECTED);
        }
        String kind = block.group(1);
        if (kind.startsWith("ENCRYPTED") || block.group(2).contains("Proc-Type")) {
            throw new IllegalArgumentException(what + ": encrypted" + EXPECTED);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            byte[] pkcs8 = switch (kind) {
                case "RSA PRIVATE KEY" -> wrap(RSA, der);
                case "EC PRIVATE KEY" -> wrap(concat(EC, curve(der)), der);
                default -> der;
            };
            return key(pkcs8);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(
                    what + ": cannot be read as " + kind + EXPECTED,
                    new GeneralSecurityException(e.getClass().getName()));
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        GeneralSecurityException failure = new GeneralSecurityException("no algorithm");
        for (String algorithm : List.of("RSA", "EC", "Ed25519", "Ed448", "RSASSA-PSS")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, concat(concat(VERSION, der(SEQUENCE, algorithm)), der(OCTETS, key)));
    }

    /** The name of the curve, which SEC1 holds among its parameters, and PKCS#8 beside the algorithm. */
    private static byte[] curve(byte[] sec1) {
        ByteBuffer in = ByteBuffer.wrap(sec1);
        in.get();
        length(in);
        while (in.hasRemaining()) {
            int tag = in.get() & 0xFF;
            byte[] value = new byte[length(in)];
            in.get(value);
            if (tag == PARAMETERS) {
                return value;
            }
        }
        throw new IllegalArgumentException("no curve");
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xFF;
        int value = first < 0x80 ? first : 0;
        for (int i = first < 0x80 ? 0 : first & 0x7F; i > 0; i--) {
            value = (value << 8) | (in.get() & 0xFF);
        }
        if (value < 0 || value > in.remaining()) {
            throw new IllegalArgumentException("length");
        }
        return value;
    }

    private static byte[] der(int tag, byte[] content) {
        byte[] head = content.length < 0x80
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return concat(head, content);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
