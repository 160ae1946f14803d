package io.evenkeel.l7;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cipher suites that are known, and what OpenSSL calls those of TLS 1.2. Stateless. */
public final class CipherSuites {

    private static final List<String> TLS_13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private static final Map<String, String> TLS_12 = new LinkedHashMap<>();

    static {
        for (String key : List.of("ECDSA", "RSA")) {
            String openSsl = "ECDHE-" + key + "-";
            String standard = "TLS_ECDHE_" + key + "_WITH_";
            TLS_12.put(openSsl + "AES128-GCM-SHA256", standard + "AES_128_GCM_SHA256");
            TLS_12.put(openSsl + "AES256-GCM-SHA384", standard + "AES_256_GCM_SHA384");
            TLS_12.put(openSsl + "CHACHA20-POLY1305", standard + "CHACHA20_POLY1305_SHA256");
        }
    }

    /** ECDHE with authenticated encryption, which is all that TLS 1.3 has left of them. */
    static final List<String> DEFAULTS;

    static {
        List<String> all = new ArrayList<>(TLS_13);
        all.addAll(TLS_12.values());
        DEFAULTS = List.copyOf(all);
        for (String key : List.of("ECDSA", "RSA")) { // weaker ones, for whoever names them
            String openSsl = "ECDHE-" + key + "-";
            String standard = "TLS_ECDHE_" + key + "_WITH_";
            TLS_12.put(openSsl + "AES128-SHA256", standard + "AES_128_CBC_SHA256");
            TLS_12.put(openSsl + "AES256-SHA384", standard + "AES_256_CBC_SHA384");
            TLS_12.put(openSsl + "AES128-SHA", standard + "AES_128_CBC_SHA");
            TLS_12.put(openSsl + "AES256-SHA", standard + "AES_256_CBC_SHA");
        }
        TLS_12.put("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256");
        TLS_12.put("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384");
        TLS_12.put("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA");
        TLS_12.put("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA");
    }

    private CipherSuites() {}

    /**
     * The suites that two lists of OpenSSL's name. As there, a name of TLS 1.2 that is not known is passed over: what is
     * left is never more than was asked for. A word that excludes something needs no answer, since nothing is in unasked.
     *
     * @param tls12 HAProxy's {@code ciphers}: names between colons; empty for the defaults
     * @param tls13 HAProxy's {@code ciphersuites}; empty for the defaults
     * @return the standard names, in the lists' order
     * @throws IllegalArgumentException if nothing that is known is left of a list
     */
    public static List<String> of(String tls12, String tls13) {
        List<String> all = new ArrayList<>();
        all.addAll(tls13.isEmpty() ? TLS_13 : known("ciphersuites", tls13, identity(TLS_13)));
        if (tls12.isEmpty()) {
            DEFAULTS.stream().filter(suite -> !TLS_13.contains(suite)).forEach(all::add);
        } else {
            all.addAll(known("ciphers", tls12, TLS_12));
        }
        return all;
    }

    private static Map<String, String> identity(List<String> names) {
        Map<String, String> identity = new LinkedHashMap<>();
        names.forEach(name -> identity.put(name, name));
        return identity;
    }

    private static List<String> known(String word, String list, Map<String, String> names) {
        List<String> found = new ArrayList<>();
        for (String name : list.split("[:, ]+", -1)) {
            String standard = names.getOrDefault(name, names.containsValue(name) ? name : null);
            if (standard != null && !found.contains(standard)) {
                found.add(standard);
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    word + " " + list + " (expected: at least one of " + String.join(":", names.keySet()) + ")");
        }
        return found;
    }
}
