package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.l7.marathonlb.template.Templates.Template;
import io.evenkeel.l7.rule.PathEdits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the templates of one port. Not thread-safe; made for one reading. */
public final class PortTemplates {

    private static final String DEFAULT_BIND = "bind {bindAddr}:{servicePort}{sslCert}{bindOptions}";

    private static final Template OWN_SERVER = new Template(
            "template HAPROXY_BACKEND_SERVER_OPTIONS",
            "server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions}");

    /* Stands in a server line for how it is checked. */
    private static final String CHECK = "{healthCheckOptions}";

    private final Templates templates;
    private final PortFacts facts;
    private final Reading reading;
    private final Consumer<String> remarks;

    private PortTemplates(Templates templates, PortFacts facts, Consumer<String> remarks) {
        this.templates = templates;
        this.remarks = remarks;
        this.facts = facts;
        this.reading = new Reading(facts.http(), remarks);
    }

    /**
     * Reads them.
     *
     * @param templates the templates
     * @param facts the port
     * @param remarks takes what is not done although a template says so
     * @return what they ask for
     * @throws IllegalArgumentException if a template cannot be read, or asks for what may not be left out; the message
     *     names the template, the words and what was expected
     */
    public static TemplateEffects read(Templates templates, PortFacts facts, Consumer<String> remarks) {
        if (templates.replaced().isEmpty()) {
            return TemplateEffects.NONE;
        }
        return new PortTemplates(templates, facts, remarks).read();
    }

    private TemplateEffects read() {
        FixedTexts.require(templates, facts);
        frontend();
        backend();
        Optional<List<HostRule>> plain = Optional.empty();
        Optional<List<HostRule>> secure = Optional.empty();
        VhostTemplates.tellOfUnused(templates, facts, remarks);
        if (!facts.vhost().isEmpty()) {
            plain = new VhostTemplates(templates, facts, reading, false).read();
            secure = new VhostTemplates(templates, facts, reading, true).read();
        }
        reading.forwardFor();
        reading.rules.edits(reading.requestEdits.build()).captures(reading.captures());
        PathEdits paths = reading.paths.build();
        if (!paths.isEmpty() && facts.gluedPaths().get(0)) {
            throw new IllegalArgumentException("templates: the path is changed (expected: not beside a label"
                    + " HTTP_BACKEND_PROXYPASS_PATH, which does that, too)");
        }
        reading.rules.paths(paths);
        return new TemplateEffects(
                reading.balance,
                !facts.http(),
                !isReplaced("BACKEND_HSTS_OPTIONS"),
                !networksAreReplaced(),
                reading.sticky,
                !rootRedirectIsReplaced(),
                reading.rules.build(),
                reading.responseEdits.build(),
                reading.limits(),
                reading.maxConnections,
                reading.queueTimeout,
                reading.slowStart,
                reading.tls(),
                reading.compression(),
                reading.cookie,
                reading.check(),
                plain,
                secure);
    }

    private boolean isReplaced(String name) {
        return templates.find(name).isPresent();
    }

    private void frontend() {
        Section section = Section.ofFrontend(reading, facts.backend(), facts.port());
        Map<String, String> values = Map.of(
                "backend",
                facts.backend(),
                "bindAddr",
                facts.bindAddress(),
                "servicePort",
                Integer.toString(facts.port()),
                "mode",
                facts.http() ? "http" : "tcp",
                "sslCert",
                "",
                "bindOptions",
                "");
        section.expectBind(ConfigWords.split(Placeholders.fill(DEFAULT_BIND, values)));
        fill("FRONTEND_HEAD", values, (template, text) -> section.read(template, text, true));
        fill("FRONTEND_BACKEND_GLUE", values, (template, text) -> section.read(template, text, false));
        section.end(isReplaced("FRONTEND_BACKEND_GLUE"));
    }

    private void backend() {
        Section section = Section.ofBackend(reading, facts.backend());
        Map<String, String> values = Map.of(
                "backend", facts.backend(),
                "balance", facts.balance(),
                "mode", facts.http() ? "http" : "tcp");
        fill("BACKEND_HEAD", values, (template, text) -> {
            reading.balance = Optional.of("roundrobin"); // HAProxy's, if the text names none
            section.read(template, text, true);
        });
        if (facts.http()) {
            if (facts.hsts()) {
                take("BACKEND_HSTS_OPTIONS", section);
            }
            if (isReplaced("BACKEND_HTTP_OPTIONS")) {
                take("BACKEND_HTTP_OPTIONS", section);
            } else {
                reading.ownEdits();
            }
        }
        rootRedirect(section);
        networks(section);
        if (facts.sticky()) {
            take("BACKEND_STICKY_OPTIONS", section);
        }
        facts.check().ifPresent(check -> checkOptions(section, check));
        Template server = templates.find("BACKEND_SERVER_OPTIONS").orElse(OWN_SERVER);
        fill(server, serverValues(), (template, text) -> server(section, template, text));
        facts.check().ifPresent(this::checkTimeout);
        section.end(false);
    }

    private interface Reader {
        void read(Template template, String text);
    }

    /** Reads a template whose places are filled, if there is one. */
    private void fill(String name, Map<String, String> values, Reader reader) {
        templates.find(name).ifPresent(template -> fill(template, values, reader));
    }

    private void fill(Template template, Map<String, String> values, Reader reader) {
        reading.template = template.fullName();
        String text;
        try {
            text = Placeholders.fill(template.text(), values);
        } catch (IllegalArgumentException e) {
            throw template.wrong(e);
        }
        reader.read(template, text);
    }

    /** Reads a template that has no places. */
    private void take(String name, Section section) {
        templates.find(name).ifPresent(template -> section.read(template, template.text(), false));
    }

    private boolean rootRedirectIsReplaced() {
        return facts.http() && !facts.rootRedirect().isEmpty() && isReplaced(Templates.ROOT_REDIRECT);
    }

    /* All hosts stand where marathon-lb puts the label as it is, which names nobody if it has several. */
    private void rootRedirect(Section section) {
        if (rootRedirectIsReplaced()) {
            String hosts = facts.vhost().replaceAll("[,\\s]+", " ").trim();
            fill(
                    Templates.ROOT_REDIRECT,
                    Map.of("hostname", hosts.isEmpty() ? "None" : hosts, "redirpath", facts.rootRedirect()),
                    (template, text) -> section.read(template, text, false));
        }
    }

    private boolean networksAreReplaced() {
        return !facts.networks().isBlank()
                && isReplaced(facts.http() ? "HTTP_BACKEND_NETWORK_ALLOWED_ACL" : "TCP_BACKEND_NETWORK_ALLOWED_ACL");
    }

    private void networks(Section section) {
        if (!networksAreReplaced()) {
            return;
        }
        String name = facts.http() ? "HTTP_BACKEND_NETWORK_ALLOWED_ACL" : "TCP_BACKEND_NETWORK_ALLOWED_ACL";
        Template template = templates.find(name).orElseThrow();
        for (String network : facts.networks().trim().split("\\s+", -1)) {
            fill(name, Map.of("network_allowed", network), (t, text) -> section.read(t, text, false));
        }
        String rules = facts.http()
                ? "http-request allow if network_allowed\nhttp-request deny"
                : "tcp-request content accept if network_allowed\ntcp-request content reject";
        section.read(template, rules, false);
    }

    private void checkOptions(Section section, DeclaredCheck check) {
        boolean tcp = facts.isCheckedByTcp();
        fill(
                tcp ? "BACKEND_TCP_HEALTHCHECK_OPTIONS" : "BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                checkValues(check),
                (template, text) -> section.read(template, text, false));
        if (!tcp
                && isReplaced("BACKEND_HTTP_HEALTHCHECK_OPTIONS")
                && reading.check.question().isEmpty()) {
            reading.check = reading.check.connecting(); // what asks a question is in the template that was replaced
        }
    }

    /* What says how long a check may take is in that template, too; else HAProxy takes the time between two. */
    private void checkTimeout(DeclaredCheck check) {
        if (!facts.isCheckedByTcp()
                && isReplaced("BACKEND_HTTP_HEALTHCHECK_OPTIONS")
                && reading.check.timeout().isEmpty()) {
            reading.check = reading.check.timeout(reading.check.inter().orElse(check.interval()));
        }
    }

    private static Map<String, String> checkValues(DeclaredCheck check) {
        Map<String, String> values = new HashMap<>();
        values.put("healthCheckPortIndex", Integer.toString(check.portIndex()));
        values.put("healthCheckPort", Integer.toString(check.port()));
        values.put("healthCheckPortOptions", check.port() > 0 ? " port " + check.port() : "");
        values.put("healthCheckProtocol", check.protocol());
        values.put("healthCheckPath", check.path());
        values.put("healthCheckTimeoutSeconds", Long.toString(check.timeout().toSeconds()));
        values.put("healthCheckIntervalSeconds", Long.toString(check.interval().toSeconds()));
        values.put("healthCheckGracePeriodSeconds", "0"); // not known here, and used by nothing
        values.put("healthCheckMaxConsecutiveFailures", Integer.toString(check.maxConsecutiveFailures()));
        values.put("healthCheckFalls", Long.toString(check.maxConsecutiveFailures() + 1L));
        return values;
    }

    /* What an endpoint's own values are replaced by, to see where a server line puts them. */
    private Map<String, String> serverValues() {
        return Map.of(
                "serverName",
                "SERVER",
                "serverId",
                "1",
                "host",
                "HOST",
                "host_ipv4",
                "ADDRESS",
                "port",
                ServerOptions.OWN_PORT,
                "cookieOptions",
                facts.http() && facts.sticky() ? " check " + ServerOptions.COOKIE + " " : "",
                "healthCheckOptions",
                facts.check().isPresent() ? " " + CHECK + " " : "",
                "otherOptions",
                "");
    }

    /** A server line may add to marathon-lb's own, but not send requests elsewhere. */
    private void server(Section section, Template template, String text) {
        List<List<String>> servers = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String line : template.lines(text)) {
            List<String> words = words(template, line);
            if (!words.isEmpty() && words.get(0).equals("server")) {
                servers.add(words);
            } else {
                others.add(line);
            }
        }
        boolean own = servers.size() == 1
                && servers.get(0).size() > 2
                && (servers.get(0).get(2).equals("ADDRESS:PORT")
                        || servers.get(0).get(2).equals("HOST:PORT"));
        if (!own) {
            throw template.wrong(new IllegalArgumentException(
                    template.text().trim() + " (expected: one server line with {host_ipv4}:{port})"));
        }
        section.read(template, String.join("\n", others), false);
        reading.check =
                reading.check.checked(reading.check.checked().orElse(false)).orHaproxys();
        List<String> words = servers.get(0).subList(3, servers.get(0).size());
        for (int at = words.indexOf(CHECK); at >= 0; at = words.indexOf(CHECK)) {
            options(template, words.subList(0, at));
            facts.check().ifPresent(this::serverCheck);
            words = words.subList(at + 1, words.size());
        }
        options(template, words);
        if (facts.http() && facts.sticky() && !reading.sticky) {
            reading.remark("server … without " + ServerOptions.COOKIE + " (sessions are not sticky)");
        }
    }

    private void serverCheck(DeclaredCheck check) {
        String name = facts.isCheckedByTcp()
                ? "BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS"
                : "BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS";
        if (!isReplaced(name)) {
            reading.check = reading.check.checked(true).countingAsDeclared();
            if (check.port() > 0 || facts.checkedElsewhere()) {
                reading.check = reading.check.whereDeclared();
            }
            return;
        }
        Map<String, String> values = checkValues(check);
        if (check.port() == 0 && facts.checkedElsewhere()) { // another one of each task
            values.put("healthCheckPort", ServerOptions.DECLARED_PORT);
            values.put("healthCheckPortOptions", " port " + ServerOptions.DECLARED_PORT);
        }
        fill(name, values, (template, text) -> options(template, words(template, text.replace('\n', ' '))));
    }

    private void options(Template template, List<String> words) {
        reading.template = template.fullName();
        try {
            ServerOptions.read(reading, words);
        } catch (IllegalArgumentException e) {
            throw template.wrong(e);
        }
    }

    private static List<String> words(Template template, String line) {
        try {
            return ConfigWords.split(line);
        } catch (IllegalArgumentException e) {
            throw template.wrong(e);
        }
    }
}
