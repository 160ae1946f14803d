package io.evenkeel.testing.mesosdns;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How Mesos-DNS spells tasks and frameworks, with its default rules. */
final class MesosNames {

    private static final String ZBASE32 = "ybndrfg8ejkmcpqxot1uwisza345h769";
    private static final int HASH_LENGTH = 5;
    private static final int LONGEST_LABEL = 63;

    private MesosNames() {}

    /** One label of any text. */
    static String label(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[._]", "-").replaceAll("[^a-z0-9-]", "");
        return plain.substring(0, Math.min(LONGEST_LABEL, plain.length())).replaceAll("^-+|-+$", "");
    }

    /** A framework's name, whose dots stay. */
    static String framework(String name) {
        return Arrays.stream(name.split("\\.", -1)).map(MesosNames::label).collect(Collectors.joining("."));
    }

    /** What makes the name of a task its own: {@code q9rt1-s0}. */
    static String suffix(String taskId, String agentId) {
        String tail = agentId.substring(agentId.lastIndexOf('-') + 1).toLowerCase(Locale.ROOT);
        return hash(taskId) + "-" + tail;
    }

    private static String hash(String taskId) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-1").digest(taskId.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
        StringBuilder hash = new StringBuilder();
        for (int bit = 0; hash.length() < HASH_LENGTH; bit += 5) {
            int two = ((digest[bit / 8] & 0xff) << 8) | (digest[bit / 8 + 1] & 0xff);
            hash.append(ZBASE32.charAt((two >> (11 - bit % 8)) & 31));
        }
        return hash.toString();
    }
}
