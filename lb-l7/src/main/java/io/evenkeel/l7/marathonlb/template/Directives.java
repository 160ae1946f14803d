package io.evenkeel.l7.marathonlb.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of the words of HAProxy that are not interpreted. Stateless; the one place where they are listed.
 *
 * <p>An entry is a directive's first word, its first two, or {@code server WORD} for what stands on a server line. Words that
 * are in no list are no HAProxy configuration, as far as is known here, and are refused like those that are withheld.
 */
final class Directives {

    /** What becomes of a directive. */
    enum Fate {
        /** It asks for what is done anyway, or for nothing that anybody outside could see. */
        SILENT,
        /** The application works without it: it is passed over and told. */
        TOLD,
        /** It keeps somebody out, or changes what is asked for: the port is left out rather than served without. */
        WITHHELD,
        /** It is not known. */
        UNKNOWN
    }

    private static final Map<String, Fate> FATES = new HashMap<>();

    static {
        put(
                Fate.SILENT,
                List.of(
                        "log",
                        "log-format",
                        "log-format-sd",
                        "log-tag",
                        "description",
                        "id",
                        "capture",
                        "declare",
                        "backlog",
                        "bind-process",
                        "email-alert",
                        "enabled",
                        "grace",
                        "http-reuse",
                        "load-server-state-from-file",
                        "max-keep-alive-queue",
                        "server-state-file-name",
                        "no log"));
        option(
                Fate.SILENT,
                List.of(
                        "abortonclose",
                        "allbackups",
                        "checkcache",
                        "clitcpka",
                        "contstats",
                        "dontlog-normal",
                        "dontlognull",
                        "forceclose",
                        "http-ignore-probes",
                        "http-keep-alive",
                        "http-no-delay",
                        "http-pretend-keepalive",
                        "http-server-close",
                        "http-tunnel",
                        "http-use-htx",
                        "httpclose",
                        "httplog",
                        "idle-close-on-response",
                        "log-health-checks",
                        "log-separate-errors",
                        "logasap",
                        "nolinger",
                        "persist",
                        "prefer-last-server",
                        "redispatch",
                        "socket-stats",
                        "splice-auto",
                        "splice-request",
                        "splice-response",
                        "srvtcpka",
                        "tcp-smart-accept",
                        "tcp-smart-connect",
                        "tcpka",
                        "tcplog"));
        FATES.remove("option checkcache"); // it keeps responses back
        put(
                Fate.TOLD,
                List.of(
                        "compression",
                        "errorfile",
                        "errorloc",
                        "errorloc302",
                        "errorloc303",
                        "external-check",
                        "force-persist",
                        "fullconn",
                        "hash-type",
                        "http-send-name-header",
                        "ignore-persist",
                        "maxconn",
                        "monitor",
                        "monitor-net",
                        "monitor-uri",
                        "rate-limit",
                        "retry-on",
                        "server",
                        "server-template",
                        "source",
                        "stats",
                        "stick",
                        "stick-table",
                        "tcp-check",
                        "unique-id-format",
                        "unique-id-header",
                        "use-server",
                        "tcp-request inspect-delay",
                        "http-request set-log-level",
                        "http-request capture",
                        "http-request set-mark",
                        "http-request set-nice",
                        "http-request set-tos",
                        "http-request early-hint",
                        "http-request cache-use",
                        "http-request wait-for-handshake",
                        "http-request disable-l7-retry",
                        "http-response set-log-level",
                        "http-response capture",
                        "http-response set-mark",
                        "http-response set-nice",
                        "http-response set-tos",
                        "http-response cache-store",
                        "timeout check",
                        "timeout client-fin",
                        "timeout http-keep-alive",
                        "timeout http-request",
                        "timeout queue",
                        "timeout server-fin",
                        "timeout tarpit"));
        option(
                Fate.TOLD,
                List.of(
                        "accept-invalid-http-request",
                        "accept-invalid-http-response",
                        "external-check",
                        "http-buffer-request",
                        "independent-streams",
                        "ldap-check",
                        "mysql-check",
                        "originalto",
                        "pgsql-check",
                        "redis-check",
                        "smtpchk",
                        "spop-check",
                        "srvtcpka",
                        "ssl-hello-chk",
                        "tcp-check"));
        put(
                Fate.WITHHELD,
                List.of(
                        "disabled",
                        "dispatch",
                        "filter",
                        "option checkcache",
                        "option http_proxy",
                        "option transparent",
                        "transparent",
                        "reqallow",
                        "reqiallow",
                        "reqdeny",
                        "reqideny",
                        "reqpass",
                        "reqipass",
                        "reqrep",
                        "reqirep",
                        "reqtarpit",
                        "reqitarpit",
                        "rspdeny",
                        "rspideny",
                        "rsprep",
                        "rspirep",
                        "tcp-response",
                        "http-request auth",
                        "http-request add-acl",
                        "http-request del-acl",
                        "http-request del-map",
                        "http-request set-map",
                        "http-request do-resolve",
                        "http-request replace-header",
                        "http-request replace-value",
                        "http-request replace-uri",
                        "http-request replace-path",
                        "http-request set-dst",
                        "http-request set-dst-port",
                        "http-request set-method",
                        "http-request set-path",
                        "http-request set-priority-class",
                        "http-request set-priority-offset",
                        "http-request set-query",
                        "http-request set-src",
                        "http-request set-src-port",
                        "http-request set-uri",
                        "http-request set-var",
                        "http-request unset-var",
                        "http-request use-service",
                        "http-request track-sc0",
                        "http-request track-sc1",
                        "http-request track-sc2",
                        "http-request sc-inc-gpc0",
                        "http-request sc-inc-gpc1",
                        "http-request sc-set-gpt0",
                        "http-response allow",
                        "http-response deny",
                        "http-response add-acl",
                        "http-response del-acl",
                        "http-response del-map",
                        "http-response set-map",
                        "http-response redirect",
                        "http-response replace-header",
                        "http-response replace-value",
                        "http-response set-status",
                        "http-response set-var",
                        "http-response unset-var",
                        "http-response track-sc0",
                        "http-response track-sc1",
                        "http-response track-sc2",
                        "http-response sc-inc-gpc0",
                        "http-response sc-inc-gpc1",
                        "http-response sc-set-gpt0",
                        "tcp-request connection",
                        "tcp-request content",
                        "tcp-request session"));
        server(
                Fate.SILENT,
                List.of(
                        "id",
                        "init-addr",
                        "tfo",
                        "pool-max-conn",
                        "pool-purge-delay",
                        "pool-low-conn",
                        "no-backup",
                        "enabled",
                        "stick",
                        "non-stick"));
        server(
                Fate.TOLD,
                List.of(
                        "addr",
                        "agent-addr",
                        "agent-check",
                        "agent-inter",
                        "agent-port",
                        "agent-send",
                        "backup",
                        "check-send-proxy",
                        "ciphers",
                        "ciphersuites",
                        "downinter",
                        "error-limit",
                        "fastinter",
                        "force-sslv3",
                        "force-tlsv10",
                        "force-tlsv11",
                        "force-tlsv12",
                        "force-tlsv13",
                        "maxqueue",
                        "minconn",
                        "no-sslv3",
                        "no-ssl-reuse",
                        "no-tls-tickets",
                        "no-tlsv10",
                        "no-tlsv11",
                        "no-tlsv12",
                        "no-tlsv13",
                        "observe",
                        "on-error",
                        "on-marked-down",
                        "on-marked-up",
                        "resolve-net",
                        "resolve-opts",
                        "resolve-prefer",
                        "resolvers",
                        "source",
                        "ssl-max-ver",
                        "ssl-min-ver",
                        "tcp-ut",
                        "track",
                        "cookie"));
        server(
                Fate.WITHHELD,
                List.of(
                        "alpn",
                        "ca-file",
                        "crl-file",
                        "crt",
                        "disabled",
                        "namespace",
                        "npn",
                        "proto",
                        "redir",
                        "send-proxy",
                        "send-proxy-v2",
                        "send-proxy-v2-ssl",
                        "send-proxy-v2-ssl-cn",
                        "proxy-v2-options",
                        "socks4",
                        "verifyhost"));
    }

    private Directives() {}

    private static void put(Fate fate, List<String> directives) {
        directives.forEach(directive -> FATES.put(directive, fate));
    }

    private static void option(Fate fate, List<String> options) {
        options.forEach(option -> FATES.put("option " + option, fate));
    }

    private static void server(Fate fate, List<String> words) {
        words.forEach(word -> FATES.put("server " + word, fate));
    }

    /** What becomes of the directive that some words are. */
    static Fate of(List<String> words) {
        String two = words.size() > 1 ? words.get(0) + " " + words.get(1) : words.get(0);
        Fate fate = FATES.get(two);
        return fate != null ? fate : FATES.getOrDefault(words.get(0), Fate.UNKNOWN);
    }

    /** What becomes of a word on a server line. */
    static Fate ofServer(String word) {
        return FATES.getOrDefault("server " + word, Fate.UNKNOWN);
    }
}
