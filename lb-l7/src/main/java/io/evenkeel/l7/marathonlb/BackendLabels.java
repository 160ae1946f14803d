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

    static BackendOptions of(MarathonLbLabels labels, TemplateEffects effects, Balance balance) {
        List<String> hosts = VhostRule.hosts(labels.get(MarathonLbLabels.VHOST, ""));
        BackendOptions.Builder options = BackendOptions.builder()
                .hsts(effects.hsts() && labels.isTrue(MarathonLbLabels.USE_HSTS, false))
                .allowed(effects.allowedByLabel() ? allowed(labels) : AllowedNetworks.ALL)
                .forwarded(effects.forwarded())
                .rules(effects.rules())
                .responseEdits(effects.responseEdits())
                .limits(effects.limits())
                .key(balance.key());
        effects.tls().ifPresent(options::tls);
        effects.compression().ifPresent(options::compression);
        if (labels.isTrue(MarathonLbLabels.STICKY, false)) {
            CookieOptions cookie = effects.cookie().orElse(CookieOptions.DEFAULT);
            options.sticky(new StickyCookie(
                    cookie.name(), cookie.attributes(), cookie.nocache(), cookie.indirect(), ServerNaming::cookie));
        }
        read(
                labels,
                MarathonLbLabels.HTTP_BACKEND_REDIR,
                location -> options.rootRedirect(new RootRedirect(hosts, location)));
        read(
                labels,
                MarathonLbLabels.HTTP_BACKEND_PROXYPASS_PATH,
                prefix -> options.prefixStrip(new PrefixStrip(prefix, only(hosts))));
        read(
                labels,
                MarathonLbLabels.HTTP_BACKEND_REVPROXY_PATH,
                path -> options.locationRewrite(new LocationRewrite(hosts, path)));
        tls(labels).ifPresent(options::tls);
        return options.build();
    }

    private static Optional<BackendTls> tls(MarathonLbLabels labels) {
        String value = labels.own(MarathonLbLabels.BACKEND_TLS).toLowerCase(Locale.ROOT);
        if (value.isEmpty() || value.equals("false")) {
            for (String label : List.of(
                    MarathonLbLabels.BACKEND_TLS_CA,
                    MarathonLbLabels.BACKEND_TLS_SNI,
                    MarathonLbLabels.BACKEND_TLS_CERT)) {
                if (!labels.own(label).isEmpty()) {
                    throw labels.wrongOwn(label, labels.ownName(MarathonLbLabels.BACKEND_TLS) + " with it");
                }
            }
            return Optional.empty();
        }
        BackendTls tls = switch (value) {
            case "true" -> BackendTls.VERIFIED;
            case "insecure" -> BackendTls.UNVERIFIED;
            default -> throw labels.wrongOwn(MarathonLbLabels.BACKEND_TLS, "true, insecure or false");
        };
        String authorities = labels.own(MarathonLbLabels.BACKEND_TLS_CA);
        if (!authorities.isEmpty()) {
            if (!tls.verify()) {
                throw labels.wrongOwn(
                        MarathonLbLabels.BACKEND_TLS_CA,
                        labels.ownName(MarathonLbLabels.BACKEND_TLS) + "=true with it");
            }
            tls = tls.withAuthorities(path(labels, MarathonLbLabels.BACKEND_TLS_CA));
        }
        if (!labels.own(MarathonLbLabels.BACKEND_TLS_CERT).isEmpty()) {
            tls = tls.withCertificate(path(labels, MarathonLbLabels.BACKEND_TLS_CERT));
        }
        String name = labels.own(MarathonLbLabels.BACKEND_TLS_SNI);
        return Optional.of(name.isEmpty() ? tls : tls.withServerName(name));
    }

    private static Path path(MarathonLbLabels labels, String label) {
        try {
            return Path.of(labels.own(label));
        } catch (InvalidPathException e) {
            throw labels.wrongOwn(label, "a file");
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
            MarathonLbLabels labels, Service service, String name, AppPort.Mode mode, Listen listen, String balance) {
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
                AppPort.declaredCheck(service));
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
