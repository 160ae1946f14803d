package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.strategy.Balance;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One service port of an application, as its labels describe it. Immutable.
 *
 * @param service the service behind it
 * @param name of its backend and frontend, as marathon-lb spells it: {@code dcos-101_app2_10000}
 * @param listen what is opened for it
 * @param mode whether it speaks HTTP or passes bytes
 * @param algorithm how it balances, by HAProxy's name
 * @param balance what does that
 * @param vhosts how it is reached on the shared frontends
 * @param check how its servers are checked
 * @param options what is done to its requests and responses
 */
public record AppPort(
        Service service,
        String name,
        Listen listen,
        Mode mode,
        String algorithm,
        Balance balance,
        VhostRule vhosts,
        Optional<ServerCheck> check,
        BackendOptions options) {

    /** What a service port speaks. */
    public enum Mode {
        /** Bytes. */
        TCP,
        /** HTTP/1.1. */
        HTTP;

        /** As labels and statistics spell it. */
        public String lowerCase() {
            return this == TCP ? "tcp" : "http";
        }
    }

    /**
     * Reads the labels of a service.
     *
     * @param service the service
     * @param remarks takes what is served differently from what the labels ask for
     * @return the port
     * @throws IllegalArgumentException if a label cannot be read or contradicts another; the message names it, its value
     *     and what was expected
     */
    static AppPort of(Service service, Consumer<String> remarks) {
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        refuseTemplates(labels);
        VhostRule vhosts = VhostRule.of(labels);
        Mode mode = mode(
                labels,
                service,
                !VhostRule.hosts(labels.get(MarathonLbLabels.VHOST, "")).isEmpty());
        Listen listen = Listen.of(labels, service);
        String algorithm = BalanceLabel.of(labels, mode, remarks);
        Balance balance = BalanceLabel.parse(labels, algorithm);
        return new AppPort(
                service,
                service.application().replaceFirst("^/", "").replace('/', '_') + "_" + listen.port(),
                listen,
                mode,
                BalanceLabel.name(algorithm),
                balance,
                vhosts,
                ServerCheck.of(labels, service, mode, remarks),
                BackendLabels.of(labels, balance));
    }

    private static void refuseTemplates(MarathonLbLabels labels) {
        if (!labels.templates().isEmpty()) {
            throw new IllegalArgumentException("label " + String.join(", ", labels.templates())
                    + " (expected: none; HAProxy templates are not interpreted)");
        }
    }

    private static Mode mode(MarathonLbLabels labels, Service service, boolean hasVhost) {
        String value = labels.get(MarathonLbLabels.MODE);
        if (value == null) {
            return hasVhost || isHttpChecked(service) ? Mode.HTTP : Mode.TCP;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "http" -> Mode.HTTP;
            case "tcp" -> {
                if (hasVhost) {
                    throw labels.wrong(
                            MarathonLbLabels.MODE,
                            value,
                            "http, since " + labels.name(MarathonLbLabels.VHOST) + " is set");
                }
                yield Mode.TCP;
            }
            default -> throw labels.wrong(MarathonLbLabels.MODE, value, "http or tcp");
        };
    }

    /** Whether the check that belongs to this port is of protocol HTTP: only that word switches the mode. */
    private static boolean isHttpChecked(Service service) {
        DeclaredCheck check = ServerCheck.declared(service, service.portIndex());
        return check != null && check.protocol().equals("HTTP");
    }
}
