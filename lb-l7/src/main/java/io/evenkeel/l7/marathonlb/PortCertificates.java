package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that labels name, loaded once for all ports that name the same with the same options, and watched as
 * long as one does. Thread-safe.
 */
final class PortCertificates {

    /** What tells them apart; without paths it is the shared ones. */
    private record Key(List<Path> paths, TlsOptions options) {}

    private final TlsProvider provider;
    private final Optional<Path> sharedPath;
    private final Optional<Certificates> shared;
    private final Map<Key, Certificates> loaded = new HashMap<>();
    private final Set<Key> failed = new HashSet<>();
    private Set<Key> used = new HashSet<>();
    private @Nullable List<Path> standingForShared;
    private volatile List<Problem> problems = List.of(); // so that nobody who asks waits for files
    private volatile List<Problem> failures = List.of();

    /**
     * No certificates.
     *
     * @param provider whose TLS is spoken
     * @param sharedPath a file that stands for the shared certificates where there is none
     * @param shared the shared certificates, if there are any
     */
    PortCertificates(TlsProvider provider, Optional<Path> sharedPath, Optional<Certificates> shared) {
        this.provider = provider;
        this.sharedPath = sharedPath;
        this.shared = shared;
    }

    /** A new reading of the labels begins. */
    synchronized void begin() {
        used = new HashSet<>();
        standingForShared = standingForShared();
    }

    private @Nullable List<Path> standingForShared() {
        return sharedPath
                .filter(path -> shared.isPresent() && !Files.exists(path))
                .map(List::of)
                .orElse(null);
    }

    /**
     * The certificates of a port that speaks TLS.
     *
     * @throws IllegalArgumentException if they cannot be loaded; the message names the file
     */
    synchronized Certificates of(AppPort port) {
        BindOptions bind = port.listen().bind();
        // marathon-lb's own certificate is at a well-known place, which labels name; ours may be elsewhere.
        if (shared.isPresent() && bind.certificates().equals(standingForShared)) {
            return shared(shared.get(), bind.tls(port.mode()));
        }
        return loaded(new Key(bind.certificates(), bind.tls(port.mode()).withProvider(provider)));
    }

    /**
     * The certificates that a port brings for its virtual hosts, by the options of the shared ones.
     *
     * @param port the port
     * @param grouped whether its own options count instead
     * @return null if it brings none
     * @throws IllegalArgumentException if they cannot be loaded; the message names the file
     */
    synchronized @Nullable Certificates forHosts(AppPort port, boolean grouped) {
        VhostRule vhosts = port.vhosts();
        if (port.own().certificates().isEmpty() || shared.isEmpty() || vhosts.isEmpty() || vhosts.passthrough()) {
            return null;
        }
        TlsOptions usual = shared.get().options();
        TlsOptions options = grouped ? forHost(port.listen().bind().tls(port.mode()), usual) : usual;
        return loaded(new Key(port.own().certificates(), options));
    }

    private Certificates loaded(Key key) {
        used.add(key);
        Certificates known = loaded.get(key);
        if (known == null) {
            try {
                known = load(key);
            } catch (IllegalArgumentException e) {
                failed.add(key);
                throw e;
            }
            failed.remove(key);
            loaded.put(key, known);
        }
        return known;
    }

    private Certificates load(Key key) {
        return key.paths().isEmpty()
                ? shared.orElseThrow().withOptions(key.options())
                : Certificates.load(key.paths(), key.options());
    }

    /**
     * The shared certificates by the options of one virtual host.
     *
     * @throws IllegalArgumentException if they cannot be loaded; the message names the file
     */
    Certificates sharedForHost(Certificates certificates, TlsOptions options) {
        return shared(certificates, forHost(options, certificates.options()));
    }

    private static TlsOptions forHost(TlsOptions options, TlsOptions usual) {
        return (options.applicationProtocols().isEmpty()
                        ? options.withApplicationProtocols(usual.applicationProtocols())
                        : options)
                .withProvider(usual.provider());
    }

    private synchronized Certificates shared(Certificates certificates, TlsOptions options) {
        TlsOptions wanted = options.withProvider(certificates.options().provider());
        return wanted.equals(certificates.options()) ? certificates : loaded(new Key(List.of(), wanted));
    }

    /** The reading is over: what nobody has asked for is forgotten, unless all that was asked for before still is. */
    synchronized void end(boolean same) {
        if (!same) {
            loaded.keySet().retainAll(used);
            failed.retainAll(used);
        }
        look();
    }

    /** Takes over files that have changed; true if ports may be shown others now, or could not be loaded before. */
    synchronized boolean refresh() {
        try {
            return refreshAll();
        } finally {
            look();
        }
    }

    private boolean refreshAll() {
        loaded.values().forEach(Certificates::refresh);
        if (!Objects.equals(standingForShared, standingForShared())) {
            return true;
        }
        for (Key key : failed) {
            try {
                loaded.put(key, load(key));
            } catch (IllegalArgumentException e) {
                continue; // as before
            }
            failed.remove(key);
            return true;
        }
        return false;
    }

    /** What is wrong with the files, as of the last look at them. Never waits. */
    List<Problem> problems() {
        return problems;
    }

    /** Those of the problems that files have become worse than what is shown. Never waits. */
    List<Problem> failures() {
        return failures;
    }

    private void look() {
        problems = all(PortCertificates::problem);
        failures = all(PortCertificates::failure);
    }

    private List<Problem> all(Function<Certificates, Optional<Problem>> which) {
        return loaded.values().stream().map(which).flatMap(Optional::stream).toList();
    }

    /** That the files of certificates cannot be read as they are now. */
    static Optional<Problem> failure(Certificates certificates) {
        return certificates
                .failure()
                .map(reason -> new Problem(certificates.toString(), reason + "; what was there before is shown"));
    }

    /** What is wrong with the files of certificates that are shown. */
    static Optional<Problem> problem(Certificates certificates) {
        return failure(certificates)
                .or(() -> certificates.passedOver().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Problem(
                                certificates.toString(),
                                "passed over: " + certificates.passedOver()
                                        + " (expected: PEM files with a certificate chain and its unencrypted key)")));
    }
}
