package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.marathonlb.template.Templates;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** What each label means, for people: the text behind {@code --longhelp}. Stateless. */
public final class LabelHelp {

    private static final int WIDTH = 44;
    private static final int WIDTH_OF_MEANING = 76;

    private LabelHelp() {}

    /**
     * The labels that are understood.
     *
     * @return what they mean by their names, {@code n} standing for a port's index, in an order for people
     */
    public static Map<String, String> labels() {
        Map<String, String> help = new LinkedHashMap<>();
        help.put("HAPROXY_GROUP", "The groups of load balancers that serve the application, separated by commas.");
        port(help, MarathonLbLabels.GROUP, "The same for one port, in place of the application's.");
        port(help, MarathonLbLabels.ENABLED, "Whether the port is served: true, unless --strict-mode.");
        port(help, MarathonLbLabels.VHOST, "Hosts for which it is served on the HTTP and HTTPS ports, by commas.");
        port(help, MarathonLbLabels.PATH, "Prefixes of the path that belong to those hosts, after -i in any case.");
        port(
                help,
                MarathonLbLabels.BACKEND_WEIGHT,
                "Order among the rules of the hosts, larger first: 0, with a path 1.");
        port(help, MarathonLbLabels.PORT, "The port it is served at, in place of its service port.");
        port(help, MarathonLbLabels.BIND_ADDR, "The address it is served at: *, all of them.");
        port(
                help,
                MarathonLbLabels.BIND_OPTIONS,
                "What else HAProxy's bind says: ssl, crt, alpn, accept-proxy, maxconn …");
        port(help, MarathonLbLabels.SSL_CERT, "PEM files or directories with which the port speaks TLS.");
        port(help, MarathonLbLabels.MODE, "http or tcp: http with hosts or an HTTP health check, else tcp.");
        port(help, MarathonLbLabels.BALANCE, "How it balances: roundrobin, leastconn, source, uri, hdr(name) …");
        port(help, MarathonLbLabels.STICKY, "Whether a cookie keeps clients with their tasks: false.");
        port(help, MarathonLbLabels.REDIRECT_TO_HTTPS, "Whether its hosts send clients from HTTP to HTTPS: false.");
        port(help, MarathonLbLabels.USE_HSTS, "Whether responses say that only HTTPS is to be used: false.");
        port(help, MarathonLbLabels.AUTH, "Who may use its hosts: realm:user:hash of crypt(3).");
        port(
                help,
                MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL,
                "Addresses and networks that may use it, separated by blanks.");
        port(
                help,
                MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX,
                "Which of the application's ports is checked instead of its own.");
        port(help, MarathonLbLabels.HTTP_BACKEND_PROXYPASS_PATH, "A prefix that is taken from paths.");
        port(help, MarathonLbLabels.HTTP_BACKEND_REVPROXY_PATH, "A path that redirects of tasks lead to instead.");
        port(help, MarathonLbLabels.HTTP_BACKEND_REDIR, "Where those are sent who ask for the root of its hosts.");
        help.put(DeploymentLabels.GROUP, "The name that the old and the new application of a deployment share.");
        help.put(DeploymentLabels.STARTED_AT, "When the deployment began, which tells the newer one.");
        help.put(DeploymentLabels.TARGET_INSTANCES, "How many tasks both together are to have.");
        help.put(DeploymentLabels.NEW_INSTANCES, "How many of them are to be new ones; 0 for all.");
        help.put(DeploymentLabels.ALT_PORT, "The service port of every other deployment; for deploy.");
        help.put(DeploymentLabels.COLOUR, "blue or green; for deploy.");
        help.put(DeploymentLabels.APP_ID, "The id in the definition; for deploy.");
        for (OwnLabel label : OwnLabel.values()) {
            String text = label.meaning() + ". Takes: " + label.expected() + ". Without it: " + label.otherwise() + ".";
            help.put("LB_n_" + label.name(), text.replace("`", ""));
        }
        return help;
    }

    private static void port(Map<String, String> help, String label, String text) {
        help.put("HAPROXY_n_" + label, text);
    }

    /**
     * All of it as a text.
     *
     * @return lines
     */
    public static String text() {
        StringBuilder text = new StringBuilder("Labels of applications, n being the index of a port from 0:\n");
        labels().forEach((name, meaning) -> line(text, name, meaning));
        text.append(
                "\nLabels that take the place of a template of marathon-lb's, with HAProxy configuration to be read:\n");
        new TreeSet<>(Templates.OF_PORTS)
                .forEach(name -> text.append("  HAPROXY_n_").append(name).append('\n'));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String meaning) {
        text.append("  ").append(name).append(" ".repeat(Math.max(1, WIDTH - name.length())));
        int column = 0;
        for (String word : meaning.split(" ", -1)) {
            if (column > 0 && column + word.length() > WIDTH_OF_MEANING) {
                text.append('\n').append(" ".repeat(WIDTH + 2));
                column = 0;
            }
            text.append(column == 0 ? "" : " ").append(word);
            column += word.length() + 1;
        }
        text.append('\n');
    }
}
