package io.evenkeel.l7;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A cipher string of OpenSSL's, carried out word by word over the suites that can be spoken. Not thread-safe; used once.
 *
 * <p>What its words do is what {@code ssl_create_cipher_list} of OpenSSL does: what is not chosen waits in a list of its own,
 * in an order that the words change as well.
 */
final class CipherString {

    /** What all suites but ours are called by, so that a name of theirs is told from a slip. */
    private static final Set<String> OTHERS = Set.of(
            ("ADH AECDH ARIA ARIA128 ARIA256 ARIAGCM AESCCM AESCCM8 CAMELLIA CAMELLIA128 CAMELLIA256 COMPLEMENTOFALL"
                            + " COMPLEMENTOFDEFAULT DEFAULT DES 3DES DH DHE DSS EDH EXP EXPORT EXPORT40 EXPORT56 GOST89"
                            + " GOST89MAC GOST94 GOST12 IDEA KRB5 LOW MD5 MEDIUM NULL PSK RC2 RC4 SEED SRP SSLv2 aDH aDSS"
                            + " aECDH aGOST aGOST01 aGOST12 aKRB5 aNULL aPSK aSRP eNULL kDH kDHE kDHEPSK kDHd kDHr kECDH"
                            + " kECDHEPSK kECDHe kECDHr kEDH kGOST kGOST18 kKRB5 kPSK kRSAPSK kSRP")
                    .split(" "));

    private static final Pattern OTHER_NAME = Pattern.compile("(?:TLS|SSL)_[A-Z0-9_]+"
            + "|(?:(?:ADH|AECDH|AES|AES128|AES256|ARIA128|ARIA256|CAMELLIA128|CAMELLIA256|CBC|CBC3|CCM|CCM8|CHACHA20|DES|3DES"
            + "|DH|DHE|DSS|ECDH|ECDHE|ECDSA|EDE|EDH|EXP|EXP1024|GCM|GOST[0-9]+|IDEA|KRB5|KUZNYECHIK|MAGMA|KUZNYECHIKOMAC"
            + "|MAGMAOMAC|MD5|NULL|POLY1305|PSK|RC2|RC4|RSA|SEED|SHA|SHA256|SHA384|SRP|128|192|256)(?:-(?!$)|$)){2,}");

    private static final Pattern LEVEL = Pattern.compile("SECLEVEL=[0-5]");

    private final String word;
    private final List<CipherSuites.Suite> waiting;
    private final List<CipherSuites.Suite> chosen = new ArrayList<>();
    private int level;

    private CipherString(String word, List<CipherSuites.Suite> all) {
        this.word = word;
        this.waiting = new ArrayList<>(all);
    }

    /**
     * Carries one out.
     *
     * @param word where it stands, for errors
     * @param all the suites that can be spoken, in the order of OpenSSL's {@code ALL}
     * @throws IllegalArgumentException if there is a word that OpenSSL does not know either
     */
    static CipherString of(String word, String text, List<CipherSuites.Suite> all) {
        CipherString string = new CipherString(word, all);
        boolean first = true;
        for (String each : text.split("[:, ;]+", -1)) {
            if (!each.isEmpty()) {
                string.apply(first && each.equals("DEFAULT") ? "ALL" : each); // which counts at the beginning only
                first = false;
            }
        }
        string.chosen.removeIf(suite -> !suite.isOfLevel(string.level));
        return string;
    }

    /** The names of what it chooses, in its order; perhaps nothing. */
    List<String> names() {
        return chosen.stream().map(CipherSuites.Suite::name).toList();
    }

    /** The standard names of the same. */
    List<String> standardNames() {
        return chosen.stream().map(CipherSuites.Suite::standardName).toList();
    }

    /** The security level that it asks for; 0 if none. */
    int level() {
        return level;
    }

    private void apply(String each) {
        String rest = each.substring(1);
        switch (each.charAt(0)) {
            case '!' -> {
                Predicate<CipherSuites.Suite> named = named(each, rest);
                waiting.removeIf(named);
                chosen.removeIf(named);
            }
            case '-' -> waiting.addAll(0, take(chosen, named(each, rest)));
            case '+' -> chosen.addAll(take(chosen, named(each, rest)));
            case '@' -> {
                if (rest.equals("STRENGTH")) {
                    chosen.sort((one, other) -> other.bits() - one.bits());
                } else if (LEVEL.matcher(rest).matches()) {
                    level = rest.charAt(rest.length() - 1) - '0';
                } else {
                    throw unknown(each);
                }
            }
            default -> chosen.addAll(take(waiting, named(each, each)));
        }
    }

    private static List<CipherSuites.Suite> take(List<CipherSuites.Suite> from, Predicate<CipherSuites.Suite> named) {
        List<CipherSuites.Suite> taken = from.stream().filter(named).toList();
        from.removeAll(new HashSet<>(taken));
        return taken;
    }

    private Predicate<CipherSuites.Suite> named(String each, String text) {
        List<String> names = List.of(text.split("\\+", -1));
        for (String name : names) {
            boolean ours = CipherSuites.TLS_12.stream().anyMatch(suite -> suite.isCalled(name));
            if (!ours && !OTHERS.contains(name) && !OTHER_NAME.matcher(name).matches()) {
                throw unknown(each);
            }
        }
        return suite -> names.stream().allMatch(suite::isCalled);
    }

    private IllegalArgumentException unknown(String each) {
        return new IllegalArgumentException(word + " " + each
                + " (expected: words of OpenSSL's cipher strings, like HIGH," + " AES128+EECDH, !aNULL, @STRENGTH or "
                + CipherSuites.TLS_12.get(0).name() + ")");
    }
}
