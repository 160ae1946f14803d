package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.health.HealthCheckPolicy;
import io.evenkeel.l4.TcpHealthCheck;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.CheckTls;
import io.evenkeel.l7.HttpHealthCheck;
import io.evenkeel.l7.TlsHealthCheck;
import io.evenkeel.l7.TlsProvider;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The health checks of a proxy's servers: makes the policy of each port. Ports that are checked alike, and the same port as
 * long as it is, get equal policies, so that what is known of servers outlives changes of everything else.
 */
final class ServerChecks {

    /* A check ends itself and knows what it waited for in vain; the policy's timeout is for one that does not. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Transport transport;
    private final TlsProvider tlsProvider;
    private final Map<BackendTls, WeakReference<CheckTls>> loaded = new HashMap<>();
    private final TaskPorts taskPorts;
    private final Predicate<InetSocketAddress> refused;

    /**
     * The checks of a proxy.
     *
     * @param transport what carries them
     * @param tlsProvider whose TLS they speak
     * @param catalog the newest
     * @param refused where none may be sent
     */
    ServerChecks(
            Transport transport,
            TlsProvider tlsProvider,
            Supplier<Catalog> catalog,
            Predicate<InetSocketAddress> refused) {
        this.transport = transport;
        this.tlsProvider = tlsProvider;
        this.refused = refused;
        this.taskPorts = new TaskPorts(catalog);
    }

    HealthCheckPolicy policy(Service service, ServerCheck check, boolean startsDown) {
        return HealthCheckPolicy.builder(new PortCheck(
                        question(check, check.own()),
                        question(check, check.elsewhere()),
                        check.timeout(),
                        address(service, check)))
                .interval(check.interval(), check.interval())
                .timeout(check.timeout().plus(PATIENCE))
                .streaks(check.rise(), check.fall())
                .trusting(!startsDown)
                .build();
    }

    private HealthCheck question(ServerCheck check, ServerCheck.Speech speech) {
        Optional<CheckTls> tls = speech.tls().map(this::loaded);
        if (check.question().isEmpty()) {
            return tls.isPresent()
                    ? new TlsHealthCheck(transport, tls.get(), speech.http2())
                    : new TcpHealthCheck(transport);
        }
        ServerCheck.Question asked = check.question().get();
        HttpHealthCheck question = HttpHealthCheck.of(transport, asked.path())
                .withMethod(asked.method())
                .withHost(asked.host())
                .expecting(asked.lowest(), asked.highest());
        HttpHealthCheck encrypted = tls.isPresent() ? question.over(tls.get()) : question;
        return speech.http2() ? encrypted.byHttp2() : encrypted;
    }

    /* One for all that say the same, for as long as there are any. */
    private synchronized CheckTls loaded(BackendTls options) {
        WeakReference<CheckTls> reference = loaded.get(options);
        CheckTls known = reference == null ? null : reference.get();
        if (known == null) {
            known = new CheckTls(options, tlsProvider);
            load(known);
            loaded.put(options, new WeakReference<>(known));
        }
        return known;
    }

    /** Takes over files that have changed, for checks from now on. Reads files, so not for event loops. */
    void refreshTls() {
        used().forEach(ServerChecks::load);
    }

    private synchronized List<CheckTls> used() {
        loaded.values().removeIf(reference -> reference.get() == null);
        return loaded.values().stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private static void load(CheckTls tls) {
        try {
            tls.refresh();
        } catch (IllegalArgumentException e) {
            // requests to the same port cannot be made either, which is told and tried again
        }
    }

    private PortCheck.Target address(Service service, ServerCheck check) {
        if (check.port() != 0) {
            return new PortCheck.Fixed(check.port(), refused);
        }
        return check.portIndex() < 0
                ? PortCheck.Target.OWN
                : new PortCheck.OfTask(taskPorts, service.application(), service.namespace(), check.portIndex());
    }
}
