package io.evenkeel.l7.marathonlb;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The labels that marathon-lb does not have, {@code LB_n_…} for the port with index n: the only place where their names are
 * spelt, and where their table comes from.
 */
public enum OwnLabel {
    /** More hosts. */
    VHOST(
            "names, `*.name` and `*`, separated by commas, or one `~expression`",
            "none",
            "virtual hosts, beside those of `HAPROXY_n_VHOST`: one by its name, all that end with `.name`, all there are, or those"
                    + " that the expression (RE2's) matches as a whole. Names, and hosts of templates, come before the longest ending,"
                    + " endings before expressions, those before `*`, whatever the weights. `HAPROXY_n_PATH` counts for them:"
                    + " with `*` it is a path of every host"),

    /** Tasks decrypt. */
    TLS_PASSTHROUGH(
            "true or false",
            "false",
            "connections to the HTTPS port for the hosts of `HAPROXY_n_VHOST` go to the tasks undecrypted; mode tcp,"
                    + " without `HAPROXY_n_PATH` and `HAPROXY_n_AUTH`"),

    /** Certificates for the hosts. */
    VHOST_CERT(
            "PEM files with certificate chain and key, or directories of such, separated by commas",
            "those of `--ssl-certs`",
            "what the HTTPS port that all share shows for the virtual hosts of this port, those of templates and `*.name`"
                    + " among them. Of several ports the first that has all of a host decides, else the first that has"
                    + " paths of it (with `--first-claimant` only if they are of one application). Files that change are"
                    + " taken over; what cannot be read is reported, and what the same label showed before stays, else the"
                    + " shared ones. With `--group-https-by-vhost` it comes before `HAPROXY_n_SSL_CERT`; mode http",
            true),

    /** TLS with tasks. */
    BACKEND_TLS(
            "true, insecure or false",
            "false",
            "speaks TLS with the tasks, who must be trusted and have the right name, or with whoever is there, also to check"
                    + " them at their own port; mode http"),

    /** Whom to trust. */
    BACKEND_TLS_CA("a PEM file", "the JVM's authorities", "who must have signed for the tasks"),

    /** Their name. */
    BACKEND_TLS_SNI(
            "a host name", "the address", "the name that the tasks' certificates must have, and that they are told"),

    /** What is shown to them. */
    BACKEND_TLS_CERT("a PEM file with certificate and key", "none", "what the tasks are shown"),

    /** Patience for connections. */
    TIMEOUT_CONNECT(OwnValues.DURATION, "3s", "how long a connection to a task may take"),

    /** Patience for tasks. */
    TIMEOUT_SERVER(
            OwnValues.DURATION,
            "30s",
            "how long a task may be silent that owes a response or the rest of one: then 504, or the response is cut;"
                    + " mode http",
            true),

    /** Patience for clients. */
    TIMEOUT_CLIENT(
            OwnValues.DURATION,
            "30s",
            "how long a client may be silent that owes the rest of a request: then 408; or take nothing of a response;"
                    + " mode http",
            true),

    /** Patience for tunnels. */
    TIMEOUT_TUNNEL(
            OwnValues.DURATION,
            "1h",
            "how long both sides of a WebSocket, or of a connection in mode tcp, may be silent"),

    /** Further tries. */
    RETRIES("0 to 100", "3", "how often a request, or a connection in mode tcp, is tried again"),

    /** Reasons for further tries. */
    RETRY_ON(
            "a list of connect, reset and statuses of 400 to 599, with commas",
            "connect,reset, the latter once",
            "after what a request is tried again, on another task if there is one: a connection that did not come about"
                    + " (always), one that ended without a byte of the response, a response with such a status, which is"
                    + " then thrown away; but for the first, only requests whose method is idempotent, with bodies of at"
                    + " most 64 KiB, of which none is kept without this label, and a fifth of all at most; mode http",
            true),

    /** The strategy. */
    BALANCE(
            "latency-aware, peak-ewma, least-request, least-connections, round-robin, weighted, random, first, maglev, ring,"
                    + " rendezvous, or what `HAPROXY_n_BALANCE` may be; behind one that hashes, perhaps by source, by uri,"
                    + " by hdr(NAME) or by url_param NAME",
            "`HAPROXY_n_BALANCE`",
            "how tasks are chosen; in mode tcp, not by what is in a request"),

    /** Edits of requests. */
    REQUEST_HEADERS(
            "set NAME: VALUE, add NAME: VALUE or del NAME, with semicolons between them, 32 at most; a value may stand in"
                    + " double quotes",
            "none",
            "what becomes of the headers of requests, after what templates do; not of those that frame messages or concern"
                    + " one connection; mode http",
            true),

    /** Edits of responses. */
    RESPONSE_HEADERS("as for `LB_n_REQUEST_HEADERS`", "none", "the same of responses of the tasks; mode http", true),

    /** Compression. */
    COMPRESSION(
            "gzip, perhaps with a list of content types, with commas",
            "none",
            "responses of these types, or of any, are compressed for clients that take it; mode http",
            true),

    /** A limit for each task. */
    MAX_CONNECTIONS(
            "1 to 1000000",
            "no limit",
            "how many requests each task gets at once from one proxy, or connections in mode tcp; what is too much waits if"
                    + " `LB_n_MAX_QUEUE` lets it, or gets 503 at once"),

    /** A queue. */
    MAX_QUEUE(
            "1 to 10000",
            "none",
            "how many requests may wait for a task that takes one more, first come first served; more get 503; clients"
                    + " whose cookie names a task that has room go there at once, and wait for any task else; with"
                    + " `LB_n_MAX_CONNECTIONS`, mode http",
            true),

    /** Patience in the queue. */
    TIMEOUT_QUEUE(
            OwnValues.DURATION,
            "5s",
            "how long each of them waits before it gets 503; with `LB_n_MAX_QUEUE`, mode http",
            true),

    /** A limited rate. */
    RATE_LIMIT(
            "N/s, N/m or N/h, perhaps :M behind it, perhaps per ip behind that, as in 100/s:20 per ip",
            "no limit",
            "how many requests one proxy passes on in a second, minute or hour, evenly spread, and how many at once after a"
                    + " rest (N, if M is not there), of all clients or of each address; more get 429; mode http",
            true),

    /** A circuit breaker. */
    CIRCUIT_BREAKER(
            "P% of N, TIME, as in 50% of 100, 10s",
            "none",
            "when P percent of the last N requests got no response or a status of 500 and more, all get 503 at once for that"
                    + " time, and then ten of them (or N, if that is less) try whether it is over; mode http",
            true),

    /** The version of HTTP. */
    BACKEND_PROTOCOL(
            "http1, h2c or h2",
            "http1",
            "the tasks are spoken to by HTTP/1.1, or by HTTP/2 without TLS or, with `LB_n_BACKEND_TLS`, over it, as gRPC"
                    + " needs it; requests for WebSockets still by HTTP/1.1; checks that make a request of their own port speak"
                    + " the same, and where Marathon's check is a command they only connect; mode http",
            true),

    /** HTTP/2 with clients. */
    HTTP2(
            "true or false",
            "in plain text, true; over TLS, what `HAPROXY_n_BIND_OPTIONS` say by alpn",
            "whether clients of the service port may speak HTTP/2: over TLS, ALPN offers it first or not at all; in plain"
                    + " text, they may begin with it; mode http",
            true),

    /** WebSockets. */
    WEBSOCKET(
            "true or false",
            "true; with the flag `--websocket-opt-in`, false",
            "whether clients may open WebSockets, who get 403 otherwise; mode http",
            true),

    /** Pages. */
    ERROR_PAGE(
            "STATUS=FILE, with commas, as in 503=maintenance.html,502=oops.html; of 400, 403, 408, 429, 502, 503 and 504; files"
                    + " that end with .html, .htm, .json or .txt",
            "the proxy's own pages",
            "what clients are shown where the proxy answers in place of a task: a file of at most 64 KiB of the directory"
                    + " that the flag `--error-pages` names; mode http",
            true),

    /** Service without tasks. */
    KEEP_WHEN_EMPTY(
            "true or false",
            "false",
            "an application without a task, scaled to zero for instance, keeps its service port and its virtual hosts, which"
                    + " answer 503, perhaps with a page of `LB_n_ERROR_PAGE`; otherwise they are closed and somebody else's; a"
                    + " service port that no label names and that is chosen by the tasks' is closed anyway"),

    /** Tasks that are not ready. */
    READINESS(
            "true or false",
            "false",
            "tasks get nothing, and in deployments count for nobody, while Marathon's readiness checks of theirs have not"
                    + " passed"),

    /** No requests before a check. */
    START_DOWN(
            "true or false",
            "false: it gets some at once, as with HAProxy",
            "a task gets no requests before its first health check here has passed, nor when the proxy has just been started;"
                    + " for ports that are checked, of applications outside of a deployment group"),

    /** Little work for new tasks. */
    SLOW_START(
            OwnValues.DURATION,
            "`slowstart` in templates, for tasks that pass their checks again; else its whole share at once",
            "a task that is new, or passes its health checks again, gets a tenth of its share of the requests at first, and"
                    + " within this time all of it; nobody waits if all are new; not with round-robin and first, which weigh"
                    + " nobody"),

    /** Patience for tasks that take nothing new. */
    DRAIN_TIMEOUT(
            OwnValues.DURATION,
            "until they end by themselves",
            "how long requests and connections may go on with a task that takes nothing new, since a deployment has set it"
                    + " aside, somebody has taken it out or it is gone: those that are left are then closed,"
                    + " WebSockets and those of mode tcp among them"),

    /** Copies of requests. */
    MIRROR(
            "/APP:INDEX P%, as in /shop/web-next:0 10%",
            "none",
            "another port in mode http, of the same Marathon unless it is named like `/web@east`, by the index among its application's ports (0, if it is left out), gets copies of P"
                    + " percent of the requests, with bodies of at most 64 KiB, when the clients have sent them; what it"
                    + " answers is thrown away; mode http",
            true),

    /** Shares of requests. */
    SPLIT(
            "/APP:INDEX P%, as in /shop/web-next:0 10%, several with commas, 100% together at most",
            "none",
            "canaries: another port in mode http, named as for MIRROR, gets P percent of the requests, each by itself, with"
                    + " the labels for requests of both; clients whose cookie names a task stay with it, whichever port's it"
                    + " is; the rest, and all while the other has no task, stay; mode http",
            true),

    /** Nearness. */
    LOCALITY(
            "prefer or strict",
            "all tasks are equal",
            "tasks near the proxy, whose place is told by the flag `--locality`, get its requests: those in its zone, then in"
                    + " its region, as far as they bear it if other proxies do the same; or all, on its machine first, as long"
                    + " as there is one that takes them");

    private final String expected;
    private final String otherwise;
    private final String meaning;
    private final boolean httpOnly;

    OwnLabel(String expected, String otherwise, String meaning) {
        this(expected, otherwise, meaning, false);
    }

    OwnLabel(String expected, String otherwise, String meaning, boolean httpOnly) {
        this.expected = expected;
        this.otherwise = otherwise;
        this.meaning = meaning;
        this.httpOnly = httpOnly;
    }

    /** Whether it has no effect on a port in mode tcp. */
    boolean isHttpOnly() {
        return httpOnly;
    }

    /** Its full name for the port with an index. */
    public String fullName(int portIndex) {
        return fullName(portIndex, name());
    }

    static String fullName(int portIndex, String suffix) {
        return "LB_" + portIndex + "_" + suffix;
    }

    /** Whether its value may hold secrets. */
    public boolean isSecret() {
        return this == REQUEST_HEADERS || this == RESPONSE_HEADERS;
    }

    /** What its value may be, for people. */
    public String expected() {
        return expected;
    }

    /** What counts without it, for people. */
    public String otherwise() {
        return otherwise;
    }

    /** What it does, for people. */
    public String meaning() {
        return meaning;
    }

    /** The label with this name, which comes after {@code LB_n_}. */
    static Optional<OwnLabel> named(String suffix) {
        return Arrays.stream(values())
                .filter(label -> label.name().equals(suffix))
                .findFirst();
    }

    /** All of them as lines of a Markdown table. */
    public static List<String> table() {
        return Arrays.stream(values())
                .map(label -> "| `LB_n_" + label.name() + "` | " + label.expected + " | " + label.otherwise + " | "
                        + label.meaning + " |")
                .collect(Collectors.toCollection(() -> new java.util.ArrayList<>(
                        List.of("| label | value | without it | meaning |", "|---|---|---|---|"))));
    }
}
