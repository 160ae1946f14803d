package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Service;
import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.LocationRewrite;
import io.evenkeel.l7.PrefixStrip;
import io.evenkeel.l7.RootRedirect;
import io.evenkeel.l7.StickyCookie;
import io.evenkeel.l7.marathonlb.template.CookieOptions;
import io.evenkeel.l7.marathonlb.template.PortFacts;
import io.evenkeel.l7.marathonlb.template.TemplateEffects;
import io.evenkeel.strategy.Balance;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads what a port's labels ask to be done to requests and responses. Stateless. */
final class BackendLabels {

    private BackendLabels() {}

    static BackendOptions of(MarathonLbLabels labels, List<String> hosts, TemplateEffects effects, Balance balance) {
        BackendOptions.Builder options = BackendOptions.builder()
                .hsts(effects.hsts() && labels.isTrue(MarathonLbLabels.USE_HSTS, false))
                .allowed(effects.allowedByLabel() ? allowed(labels) : AllowedNetworks.ALL)
                .forwarded(effects.forwarded())
                .key(balance.key());
        effects.compression().ifPresent(options::compression);
        if (effects.sticky() && labels.isTrue(MarathonLbLabels.STICKY, false)) {
            CookieOptions cookie = effects.cookie().orElse(CookieOptions.DEFAULT);
            options.sticky(new StickyCookie(
                    cookie.name(), cookie.attributes(), cookie.nocache(), cookie.indirect(), ServerNaming::cookie));
        }
        read(labels, MarathonLbLabels.HTTP_BACKEND_REDIR, location -> {
            // PROXYPASS_PATH names the host before this one is asked for
            boolean isNamed = hosts.size() == 1
                    && !labels.get(MarathonLbLabels.HTTP_BACKEND_PROXYPASS_PATH, "")
                            .isBlank();
            RootRedirect redirect = isNamed ? new RootRedirect(location) : new RootRedirect(hosts, location);
            if (effects.rootRedirect()) {
                options.rootRedirect(redirect);
            }
        });
        read(
                labels,
                MarathonLbLabels.HTTP_BACKEND_PROXYPASS_PATH,
                prefix -> options.prefixStrip(new PrefixStrip(prefix, only(hosts))));
        read(
                labels,
                MarathonLbLabels.HTTP_BACKEND_REVPROXY_PATH,
                path -> options.locationRewrite(new LocationRewrite(hosts, path)));
        Optional<BackendTls> tls = tls(labels).or(effects::tls);
        tls.ifPresent(options::tls);
        OwnBackendLabels.read(labels, effects, tls.isPresent(), options);
        return options.build();
    }

    private static Optional<BackendTls> tls(MarathonLbLabels labels) {
        String value = labels.get(OwnLabel.BACKEND_TLS).toLowerCase(Locale.ROOT);
        if (value.isEmpty() || value.equals("false")) {
            for (OwnLabel label :
                    List.of(OwnLabel.BACKEND_TLS_CA, OwnLabel.BACKEND_TLS_SNI, OwnLabel.BACKEND_TLS_CERT)) {
                if (labels.has(label)) {
                    throw labels.wrong(label, labels.name(OwnLabel.BACKEND_TLS) + " with it");
                }
            }
            return Optional.empty();
        }
        BackendTls tls = switch (value) {
            case "true" -> BackendTls.VERIFIED;
            case "insecure" -> BackendTls.UNVERIFIED;
            default -> throw labels.wrong(OwnLabel.BACKEND_TLS);
        };
        String authorities = labels.get(OwnLabel.BACKEND_TLS_CA);
        if (!authorities.isEmpty()) {
            if (!tls.verify()) {
                throw labels.wrong(OwnLabel.BACKEND_TLS_CA, labels.name(OwnLabel.BACKEND_TLS) + "=true with it");
            }
            tls = tls.withAuthorities(path(labels, OwnLabel.BACKEND_TLS_CA));
        }
        if (labels.has(OwnLabel.BACKEND_TLS_CERT)) {
            tls = tls.withCertificate(path(labels, OwnLabel.BACKEND_TLS_CERT));
        }
        String name = labels.get(OwnLabel.BACKEND_TLS_SNI);
        return Optional.of(name.isEmpty() ? tls : tls.withServerName(name));
    }

    private static Path path(MarathonLbLabels labels, OwnLabel label) {
        try {
            return Path.of(labels.get(label));
        } catch (InvalidPathException e) {
            throw labels.wrong(label);
        }
    }

    /* With several hosts marathon-lb would send the whole list as one, which names nobody. */
    private static Optional<String> only(List<String> hosts) {
        return hosts.size() == 1 ? Optional.of(hosts.get(0)) : Optional.empty();
    }

    private static void read(MarathonLbLabels labels, String label, Consumer<String> reader) {
        String value = labels.get(label);
        if (value != null && !value.isBlank()) {
            try {
                reader.accept(value.trim());
            } catch (IllegalArgumentException e) {
                throw labels.wrong(label, e);
            }
        }
    }

    /** What templates may know of the port. */
    static PortFacts facts(
            MarathonLbLabels labels,
            Service service,
            String name,
            AppPort.Mode mode,
            Listen listen,
            String balance,
            MarathonCheck check) {
        return new PortFacts(
                service.application(),
                name,
                mode == AppPort.Mode.HTTP,
                balance,
                listen.address(),
                listen.port(),
                labels.get(MarathonLbLabels.VHOST, "").toLowerCase(Locale.ROOT).trim(),
                labels.get(MarathonLbLabels.PATH, ""),
                labels.isTrue(MarathonLbLabels.REDIRECT_TO_HTTPS, false),
                labels.isTrue(MarathonLbLabels.USE_HSTS, false),
                labels.isTrue(MarathonLbLabels.STICKY, false),
                labels.get(MarathonLbLabels.AUTH) != null,
                labels.get(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL, ""),
                List.of(
                        labels.get(MarathonLbLabels.HTTP_BACKEND_PROXYPASS_PATH) != null,
                        labels.get(MarathonLbLabels.HTTP_BACKEND_REVPROXY_PATH) != null),
                labels.get(MarathonLbLabels.HTTP_BACKEND_REDIR, "").trim(),
                check.declared(),
                check.portIndex() >= 0);
    }

    private static AllowedNetworks allowed(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL);
        if (value == null || value.isBlank()) {
            return AllowedNetworks.ALL;
        }
        try {
            return AllowedNetworks.parse(value);
        } catch (IllegalArgumentException e) {
            throw labels.wrong(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL, e);
        }
    }
}
