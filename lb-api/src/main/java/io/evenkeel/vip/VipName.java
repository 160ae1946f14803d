package io.evenkeel.vip;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/**
 * The rules by which DC/OS made DNS names from VIP labels and framework names.
 *
 * <p>Every byte outside {@code [A-Za-z0-9._-]} is dropped, so {@code /a/b} and {@code /ab} are the same name.
 */
public final class VipName {

    /** The zone under which named VIPs resolve. */
    public static final String ZONE = "l4lb.thisdcos.directory";

    private static final int MAX_LABEL = 63;

    private VipName() {}

    /**
     * The identity of a named VIP: the normalised label and the normalised framework name.
     *
     * @param label the name part of a VIP label: {@code /dcos-101/app2}
     * @param framework the framework's name: {@code marathon}
     * @return {@code dcos-101app2.marathon}; empty if nothing of the label is left
     */
    public static String of(String label, String framework) {
        String name = domainFragment(label);
        String owner = domainFragment(framework);
        return name.isEmpty() || owner.isEmpty() ? name : name + "." + owner;
    }

    /**
     * Normalises a text that may have several labels: each is normalised for itself, and empty ones are dropped.
     *
     * @param text any text
     * @return labels joined by dots, possibly empty
     */
    public static String domainFragment(String text) {
        StringJoiner joined = new StringJoiner(".");
        for (String part : text.split("\\.", -1)) {
            String label = label(part);
            if (!label.isEmpty()) {
                joined.add(label);
            }
        }
        return joined.toString();
    }

    /**
     * Normalises one DNS label: lower case; only letters, digits and dashes; none but letters and digits at the ends; at
     * most 63 characters.
     *
     * @param text any text; a dot in it becomes a dash
     * @return the label, possibly empty
     */
    public static String label(String text) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), MAX_LABEL));
        boolean full = false;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = normalise(b);
            boolean dash = c == '-';
            if (c == 0 || (dash && (full || kept.length() == 0))) {
                continue;
            }
            if (kept.length() == MAX_LABEL) {
                // Room that trailing dashes leave is filled with letters and digits only, as the original does.
                full = true;
                stripTrailingDashes(kept);
                if (dash) {
                    continue;
                }
                if (kept.length() == MAX_LABEL) {
                    break;
                }
            }
            kept.append(c);
        }
        stripTrailingDashes(kept);
        return kept.toString();
    }

    /** The character to keep for a byte, or 0. */
    private static char normalise(byte b) {
        if (b >= 'A' && b <= 'Z') {
            return (char) (b + ('a' - 'A'));
        }
        if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9')) {
            return (char) b;
        }
        return b == '-' || b == '_' || b == '.' ? '-' : 0;
    }

    private static void stripTrailingDashes(StringBuilder text) {
        while (text.length() > 0 && text.charAt(text.length() - 1) == '-') {
            text.setLength(text.length() - 1);
        }
    }
}
