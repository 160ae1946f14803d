package io.evenkeel.l7.marathonlb.template;

import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;

/** Reads the options of server lines. All servers of a port have the same, since one template makes them. Stateless. */
final class ServerOptions {

    /** How many arguments words have that have any. */
    private static final Map<String, Integer> ARGUMENTS = Map.ofEntries(
            Map.entry("addr", 1),
            Map.entry("agent-addr", 1),
            Map.entry("agent-inter", 1),
            Map.entry("agent-port", 1),
            Map.entry("agent-send", 1),
            Map.entry("alpn", 1),
            Map.entry("ca-file", 1),
            Map.entry("check-alpn", 1),
            Map.entry("check-proto", 1),
            Map.entry("check-sni", 1),
            Map.entry("ciphers", 1),
            Map.entry("ciphersuites", 1),
            Map.entry("cookie", 1),
            Map.entry("crl-file", 1),
            Map.entry("crt", 1),
            Map.entry("downinter", 1),
            Map.entry("error-limit", 1),
            Map.entry("fall", 1),
            Map.entry("fastinter", 1),
            Map.entry("id", 1),
            Map.entry("init-addr", 1),
            Map.entry("inter", 1),
            Map.entry("maxconn", 1),
            Map.entry("maxqueue", 1),
            Map.entry("minconn", 1),
            Map.entry("namespace", 1),
            Map.entry("npn", 1),
            Map.entry("observe", 1),
            Map.entry("on-error", 1),
            Map.entry("on-marked-down", 1),
            Map.entry("on-marked-up", 1),
            Map.entry("pool-low-conn", 1),
            Map.entry("pool-max-conn", 1),
            Map.entry("pool-purge-delay", 1),
            Map.entry("port", 1),
            Map.entry("proto", 1),
            Map.entry("proxy-v2-options", 1),
            Map.entry("redir", 1),
            Map.entry("resolve-net", 1),
            Map.entry("resolve-opts", 1),
            Map.entry("resolve-prefer", 1),
            Map.entry("resolvers", 1),
            Map.entry("rise", 1),
            Map.entry("slowstart", 1),
            Map.entry("sni", 1),
            Map.entry("socks4", 1),
            Map.entry("source", 1),
            Map.entry("ssl-max-ver", 1),
            Map.entry("ssl-min-ver", 1),
            Map.entry("tcp-ut", 1),
            Map.entry("track", 1),
            Map.entry("verify", 1),
            Map.entry("verifyhost", 1),
            Map.entry("weight", 1));

    /** Stands in a server line for an endpoint's cookie. */
    static final String COOKIE = "{cookieOptions}";

    /** Stands in a server line for the number of the task's port that a label names. */
    static final String DECLARED_PORT = "{healthCheckPort}";

    /** Stands in a server line for the number of its own port. */
    static final String OWN_PORT = "PORT";

    private static final int MOST_CONNECTIONS = 1_000_000;

    private static final Pattern NAME = Pattern.compile("str\\(([A-Za-z0-9.-]+)\\)");

    private ServerOptions() {}

    /** Reads the words after the address of a server, or after {@code default-server}. */
    static void read(Reading reading, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int arguments = ARGUMENTS.getOrDefault(word, 0);
            if (i + arguments >= words.size()) {
                throw new IllegalArgumentException("server … " + word + " (expected: an argument after it)");
            }
            String argument = arguments == 0 ? "" : words.get(i + 1);
            option(reading, word, argument);
            i += arguments;
        }
    }

    private static void option(Reading reading, String word, String argument) {
        switch (word) {
            case "weight" -> {
                if (number(word, argument, 0, 256) == 0) {
                    throw new IllegalArgumentException("server … weight 0 (expected: 1 to 256; all servers have it, so"
                            + " none would get requests)");
                }
            }
            case "check", "no-check" -> reading.check = reading.check.checked(word.equals("check"));
            case COOKIE -> reading.sticky = true;
            case "ssl" -> reading.ssl = reading.template;
            case "no-ssl" -> reading.ssl = "";
            case "verify" -> {
                if (!argument.equals("none")) {
                    throw new IllegalArgumentException("server … verify " + argument + " (expected: none)");
                }
                reading.verifiesNobody = true;
            }
            case "sni" -> {
                Matcher name = NAME.matcher(argument);
                if (name.matches()) {
                    reading.serverName = name.group(1);
                } else {
                    reading.remark("server … sni " + argument + " (not applied)");
                }
            }
            case "check-ssl", "no-check-ssl" ->
                reading.check = reading.check.by(reading.check.protocol().wanted(word.equals("check-ssl")));
            case "check-sni" -> {
                if (isHostName(argument)) {
                    reading.check = reading.check.by(reading.check.protocol().serverName(argument));
                } else {
                    reading.remark("server … check-sni " + argument + " (not applied)");
                }
            }
            case "check-alpn" -> {
                if (argument.equals("h2") || argument.equals("http/1.1")) {
                    reading.check = reading.check.by(reading.check.protocol().alpn(argument.equals("h2")));
                } else {
                    reading.remark("server … check-alpn " + argument + " (not applied: neither h2 nor http/1.1 alone)");
                }
            }
            case "check-proto" -> {
                if (!argument.equals("h1") && !argument.equals("h2")) {
                    throw new IllegalArgumentException("server … check-proto " + argument + " (expected: h1 or h2)");
                }
                reading.check = reading.check.by(reading.check.protocol().http2(argument.equals("h2")));
            }
            case "inter" -> reading.check = reading.check.inter(Times.parse(argument));
            case "fall" -> reading.check = reading.check.fall(number(word, argument, 1, 1_000_000));
            case "rise" -> reading.check = reading.check.rise(number(word, argument, 1, 1_000_000));
            case "maxconn" -> {
                int most = number(word, argument, 0, MOST_CONNECTIONS);
                if (!reading.http) {
                    reading.remark("server … maxconn " + argument + " (not applied in mode tcp)");
                } else {
                    reading.maxConnections = most == 0 ? OptionalInt.empty() : OptionalInt.of(most);
                }
            }
            case "slowstart" -> reading.slowStart = time(word, argument);
            case "port" -> {
                if (argument.equals(DECLARED_PORT)) {
                    reading.check = reading.check.whereDeclared();
                } else {
                    reading.check =
                            reading.check.port(argument.equals(OWN_PORT) ? 0 : number(word, argument, 0, 65_535));
                }
            }
            default -> {
                String text = "server … " + word + (argument.isEmpty() ? "" : " " + argument);
                switch (Directives.ofServer(word)) {
                    case SILENT -> {}
                    case TOLD -> reading.remark(text + " (not applied)");
                    case WITHHELD ->
                        throw new IllegalArgumentException(text + " (expected: none; this is not interpreted, and"
                                + " without it the application would not be served as it asks)");
                    case UNKNOWN -> throw new IllegalArgumentException(text + " (expected: an option that is known)");
                }
            }
        }
    }

    /** A time; nothing for none. */
    private static Optional<Duration> time(String word, String text) {
        try {
            Duration time = Times.parse(text);
            return text.matches("0+[a-z]*") ? Optional.empty() : Optional.of(time);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("server … " + word + " " + e.getMessage(), e);
        }
    }

    private static boolean isHostName(String name) {
        try {
            return name.matches("[A-Za-z0-9.-]+")
                    && new SNIHostName(name).getAsciiName().equals(name)
                    && !NetUtil.isValidIpV4Address(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int number(String word, String text, int least, int most) {
        int number = text.matches("[0-9]{1,7}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    "server … " + word + " " + text + " (expected: a number from " + least + " to " + most + ")");
        }
        return number;
    }
}
