package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Service;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.marathonlb.template.PortTemplates;
import io.evenkeel.l7.marathonlb.template.TemplateEffects;
import io.evenkeel.strategy.Balance;
import io.evenkeel.strategy.Strategy;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One service port of an application, as its labels describe it. Immutable.
 *
 * @param service the service behind it
 * @param name of its backend and frontend, as marathon-lb spells it: {@code dcos-101_app2_10000}; without the number if it has no
 *     port of its own
 * @param listen what is opened for it
 * @param mode whether it speaks HTTP or passes bytes
 * @param algorithm how it balances, by HAProxy's name
 * @param balance what does that
 * @param vhosts how it is reached on the shared frontends
 * @param check how its servers are checked
 * @param options what is done to its requests and responses
 * @param effects what its templates ask for, of which the options are a part
 * @param own what labels of our own ask of the port as a whole
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
        BackendOptions options,
        TemplateEffects effects,
        OwnOptions own) {

    private static final Set<Strategy> WEIGHTLESS = Set.of(Strategy.roundRobin(), Strategy.first());

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
     * @param templates texts that take the place of marathon-lb's templates for all applications
     * @param remarks takes what is served differently from what the labels ask for
     * @return the port
     * @throws IllegalArgumentException if a label cannot be read or contradicts another; the message names it, its value
     *     and what was expected
     */
    static AppPort of(Service service, Map<String, String> templates, Consumer<String> remarks) {
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        VhostRule vhosts = VhostRule.of(labels);
        Mode mode = vhosts.passthrough() ? passthrough(labels) : mode(labels, service, vhosts);
        Listen listen = Listen.of(labels, service, remarks);
        for (String label : labels.noTemplates()) {
            remarks.accept("label " + label + ": has no effect (expected: the name of a template that labels replace)");
        }
        for (String label : labels.unknown()) {
            remarks.accept("label " + label + ": has no effect (expected: one of "
                    + Arrays.stream(OwnLabel.values()).map(OwnLabel::name).collect(Collectors.joining(", ")) + ")");
        }
        if (mode == Mode.TCP) {
            for (String label : OwnBackendLabels.withoutEffectInTcp(labels)) {
                remarks.accept("label " + label + ": has no effect (expected: mode http with it)");
            }
        }
        String name = service.application().replaceFirst("^/", "").replace('/', '_')
                + (listen.isOpened() ? "_" + listen.port() : "");
        String labelled = BalanceLabel.of(labels, mode, remarks);
        MarathonCheck declared = MarathonCheck.of(labels, service, remarks);
        TemplateEffects effects = PortTemplates.read(
                labels.templates(templates),
                BackendLabels.facts(labels, service, name, mode, listen, labelled, declared),
                remarks);
        if (!listen.isOpened() && !hasHosts(vhosts, effects)) {
            throw new IllegalArgumentException(
                    "service port: none (expected: label " + labels.name(MarathonLbLabels.PORT) + ", or "
                            + labels.name(MarathonLbLabels.VHOST) + " to be served at virtual hosts only)");
        }
        String algorithm = BalanceLabel.withoutExtras(effects.balance().orElse(labelled), remarks);
        Balance balance = BalanceLabel.parse(labels, algorithm);
        if (labels.has(OwnLabel.BALANCE)) {
            algorithm = labels.get(OwnLabel.BALANCE);
            balance = BalanceLabel.own(labels, mode);
        }
        BackendOptions options = BackendLabels.of(labels, vhosts.hosts(), effects, balance);
        if (options.tls() != null && mode == Mode.TCP) {
            throw labels.wrong(OwnLabel.BACKEND_TLS, "mode http with it");
        }
        OwnOptions own = OwnOptions.of(labels, effects);
        if (own.startsDown() && service.labels().containsKey(DeploymentLabels.GROUP)) {
            // Tasks that are set aside for new ones would be gone before those have passed a check here.
            own = own.withoutStartingDown();
            remarks.accept("label " + labels.name(OwnLabel.START_DOWN) + ": has no effect (expected: no label "
                    + DeploymentLabels.GROUP + " beside it, where tasks count when Marathon's checks have passed)");
        }
        Optional<ServerCheck> check = ServerCheck.of(labels, mode, options, declared, effects.check(), remarks);
        if (own.startsDown() && check.isEmpty()) {
            remarks.accept("label " + labels.name(OwnLabel.START_DOWN)
                    + ": has no effect (expected: a health check of the application for this port)");
        }
        if (own.slowStart().isPresent() && WEIGHTLESS.contains(balance.strategy())) {
            remarks.accept((labels.has(OwnLabel.SLOW_START) ? "label " + labels.name(OwnLabel.SLOW_START) : "slowstart")
                    + ": has no effect (expected: another way to balance than "
                    + balance.strategy().name() + ", which weighs nobody)");
        }
        return new AppPort(
                service,
                name,
                listen,
                mode,
                BalanceLabel.name(algorithm),
                balance,
                vhosts,
                check,
                options,
                effects,
                own);
    }

    /** Whether it is served at virtual hosts. */
    boolean hasHosts() {
        return hasHosts(vhosts, effects);
    }

    private static boolean hasHosts(VhostRule vhosts, TemplateEffects effects) {
        return !vhosts.isEmpty()
                || effects.plain().isPresent()
                || effects.secure().isPresent();
    }

    /**
     * The hosts that it answers for by name as its labels say, on any of the shared frontends; templates say it of the others.
     *
     * @return the hosts, in the order of the labels
     */
    public Set<String> labelledHosts() {
        if (vhosts.passthrough()) {
            return new LinkedHashSet<>(vhosts.hosts());
        }
        Set<String> hosts = labelledHosts(false);
        hosts.addAll(labelledHosts(true));
        return hosts;
    }

    /** The same on one of them. */
    Set<String> labelledHosts(boolean overTls) {
        Set<String> hosts = new LinkedHashSet<>(vhosts.hosts());
        if (effects.hostRules(overTls).isPresent()) {
            MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
            VhostRule.hosts(labels.get(MarathonLbLabels.VHOST, "")).forEach(hosts::remove);
        }
        return hosts;
    }

    /** This port with other virtual hosts. */
    AppPort with(VhostRule newVhosts, TemplateEffects newEffects) {
        return new AppPort(service, name, listen, mode, algorithm, balance, newVhosts, check, options, newEffects, own);
    }

    /** This port without WebSockets, unless its labels ask for them. */
    AppPort withoutUnaskedWebSockets() {
        boolean isAsked = new MarathonLbLabels(service.labels(), service.portIndex()).has(OwnLabel.WEBSOCKET);
        return isAsked
                ? this
                : new AppPort(
                        service,
                        name,
                        listen,
                        mode,
                        algorithm,
                        balance,
                        vhosts,
                        check,
                        options.withPolicy(options.policy().withWebSockets(false)),
                        effects,
                        own);
    }

    /** Reads the labels of a service where marathon-lb's own templates count. */
    static AppPort of(Service service, Consumer<String> remarks) {
        return of(service, Map.of(), remarks);
    }

    private static Mode passthrough(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.MODE, "tcp");
        if (!value.toLowerCase(Locale.ROOT).equals("tcp")) {
            throw labels.wrong(
                    MarathonLbLabels.MODE, value, "tcp, since " + labels.name(OwnLabel.TLS_PASSTHROUGH) + " is set");
        }
        return Mode.TCP;
    }

    private static Mode mode(MarathonLbLabels labels, Service service, VhostRule vhosts) {
        String value = labels.get(MarathonLbLabels.MODE);
        if (value == null) {
            return !vhosts.isEmpty() || isHttpChecked(service) ? Mode.HTTP : Mode.TCP;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "http" -> Mode.HTTP;
            case "tcp" -> {
                if (!vhosts.isEmpty()) {
                    throw labels.wrong(
                            MarathonLbLabels.MODE,
                            value,
                            "http, since "
                                    + (labels.get(MarathonLbLabels.VHOST, "").isBlank()
                                            ? labels.name(OwnLabel.VHOST)
                                            : labels.name(MarathonLbLabels.VHOST))
                                    + " is set");
                }
                yield Mode.TCP;
            }
            default -> throw labels.wrong(MarathonLbLabels.MODE, value, "http or tcp");
        };
    }

    /** Whether the check that belongs to this port is of protocol HTTP: only that word switches the mode. */
    private static boolean isHttpChecked(Service service) {
        return MarathonCheck.of(service, service.portIndex()).stream()
                .anyMatch(check -> check.protocol().equals("HTTP"));
    }
}
