package io.evenkeel.l7;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The cipher suites that can be spoken, and what OpenSSL calls them. Stateless. */
public final class CipherSuites {

    private static final List<String> TLS_13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private static final Set<String> UNSPOKEN_13 = Set.of("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256");

    /** Those of TLS 1.2 in the order of OpenSSL's {@code ALL}. */
    static final List<Suite> TLS_12;

    static {
        List<Suite> all = new ArrayList<>();
        for (String cipher : List.of(
                "AES256-GCM-SHA384",
                "CHACHA20-POLY1305",
                "AES128-GCM-SHA256",
                "AES256-SHA384",
                "AES128-SHA256",
                "AES256-SHA",
                "AES128-SHA")) {
            all.add(Suite.of("ECDHE-ECDSA-" + cipher));
            all.add(Suite.of("ECDHE-RSA-" + cipher));
        }
        for (String name : List.of("AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES256-SHA", "AES128-SHA")) {
            all.add(Suite.of(name));
        }
        TLS_12 = List.copyOf(all);
    }

    private static final List<String> DEFAULTS_12 = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** ECDHE with authenticated encryption, which is all that TLS 1.3 has left of them. */
    static final List<String> DEFAULTS = concat(TLS_13, DEFAULTS_12);

    private CipherSuites() {}

    /**
     * The suites that two lists of OpenSSL's choose. Where nothing is left of one, those of the defaults are taken whose keys have
     * 256 bits: no security level, and no exclusion of what is weaker, can have meant less.
     *
     * @param tls12 HAProxy's {@code ciphers}, a cipher string; empty for the defaults
     * @param tls13 HAProxy's {@code ciphersuites}, names between colons; empty for the defaults
     * @param remarks told of a list of which nothing is left
     * @return the standard names, in the lists' order
     * @throws IllegalArgumentException if there is a word that OpenSSL does not know either; the message names it
     */
    public static List<String> of(String tls12, String tls13, Consumer<String> remarks) {
        List<String> newest = new ArrayList<>();
        for (String name : tls13.isEmpty() ? TLS_13 : List.of(tls13.split("[:, ]+", -1))) {
            if (TLS_13.contains(name) && !newest.contains(name)) {
                newest.add(name);
            } else if (!TLS_13.contains(name) && !UNSPOKEN_13.contains(name)) {
                throw new IllegalArgumentException(
                        "ciphersuites " + name + " (expected: some of " + String.join(":", TLS_13) + ")");
            }
        }
        List<String> older = DEFAULTS_12;
        if (!tls12.isEmpty()) {
            CipherString string = CipherString.of("ciphers", tls12, TLS_12);
            older = string.standardNames();
            if (string.level() > 3) {
                newest.remove("TLS_AES_128_GCM_SHA256"); // levels are for both versions
            }
        }
        return concat(
                orStrongest("ciphersuites " + tls13, newest, TLS_13, remarks),
                orStrongest("ciphers " + tls12, older, DEFAULTS_12, remarks));
    }

    private static List<String> orStrongest(
            String words, List<String> chosen, List<String> defaults, Consumer<String> remarks) {
        if (!chosen.isEmpty()) {
            return chosen;
        }
        List<String> strongest =
                defaults.stream().filter(name -> !name.contains("AES_128")).toList();
        remarks.accept(words + " (not applied: it chooses nothing that is spoken here; served with "
                + String.join(":", strongest) + ")");
        return strongest;
    }

    private static List<String> concat(List<String> newest, List<String> older) {
        List<String> all = new ArrayList<>(newest);
        all.addAll(older);
        return List.copyOf(all);
    }

    /**
     * A suite of TLS 1.2. Immutable.
     *
     * @param name what OpenSSL calls it
     * @param standardName what everybody else calls it
     * @param bits how long its key is
     * @param words what else cipher strings call it, with others
     */
    record Suite(String name, String standardName, int bits, Set<String> words) {

        static Suite of(String name) {
            List<String> parts = Arrays.asList(name.split("-", -1));
            boolean ephemeral = parts.contains("ECDHE");
            boolean authenticating = parts.contains("GCM") || parts.contains("CHACHA20");
            Set<String> words = new HashSet<>(Set.of("ALL", "HIGH"));
            if (ephemeral) {
                words.addAll(List.of("kECDHE", "kEECDH", "ECDHE", "EECDH", "ECDH"));
            } else {
                words.addAll(List.of("kRSA", "RSA"));
            }
            words.addAll(parts.contains("ECDSA") ? List.of("aECDSA", "ECDSA") : List.of("aRSA"));
            String cipher = parts.get(ephemeral ? 2 : 0);
            words.add(cipher);
            if (cipher.startsWith("AES")) {
                words.addAll(List.of("AES", "FIPS"));
            }
            String hash = parts.get(parts.size() - 1);
            if (authenticating) {
                words.addAll(parts.contains("GCM") ? List.of("AESGCM") : List.of());
            } else { // the hash of the others is for key derivation only, and no word of theirs
                words.addAll(hash.equals("SHA") ? List.of("SHA", "SHA1") : List.of(hash));
            }
            if (authenticating || !hash.equals("SHA")) {
                words.add("TLSv1.2");
            } else {
                words.addAll(ephemeral ? List.of("TLSv1", "TLSv1.0") : List.of("SSLv3"));
            }
            String standard = "TLS_" + (ephemeral ? "ECDHE_" + parts.get(1) : "RSA") + "_WITH_"
                    + name.substring(name.indexOf(cipher))
                            .replace("AES128", "AES_128")
                            .replace("AES256", "AES_256")
                            .replace('-', '_')
                            .replaceFirst("(AES_[0-9]+)_SHA", "$1_CBC_SHA");
            return new Suite(
                    name,
                    cipher.equals("CHACHA20") ? standard + "_SHA256" : standard,
                    cipher.equals("AES128") ? 128 : 256,
                    Set.copyOf(words));
        }

        boolean isCalled(String word) {
            return word.equals(name) || word.equals(standardName) || words.contains(word);
        }

        /** Whether OpenSSL takes it at a security level: from 3 on there is forward secrecy, from 4 on no short key or SHA-1. */
        boolean isOfLevel(int level) {
            boolean ephemeral = words.contains("kECDHE");
            return level < 3 || (ephemeral && (level == 3 || (bits == 256 && !words.contains("SHA1"))));
        }
    }
}
