package io.evenkeel.l7.runner;

import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.HeaderTrust;
import io.evenkeel.l7.HeaderTrust.Underscores;
import io.evenkeel.l7.marathonlb.HostOwners;
import io.evenkeel.l7.marathonlb.PortRange;
import io.evenkeel.l7.marathonlb.Strictness;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The flags by which the proxy is stricter than marathon-lb, all of them off by themselves, and the one that turns them on
 * together; a mix-in.
 */
final class HardenedFlags {

    private static final InetSocketAddress THIS_MACHINE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9090);

    @Option(
            names = "--hardened",
            description =
                    "Be strict with clients and applications in all the ways of the flags that follow; each of them"
                            + " can be turned off again by its --no- form.")
    private boolean hardened;

    @Option(
            names = "--overwrite-forwarded",
            negatable = true,
            description = "Drop X-Forwarded-*, Forwarded and X-Real-IP of clients, and tell tasks what is known of the"
                    + " connection instead.")
    private @Nullable Boolean overwriteForwarded;

    @Option(
            names = "--trusted-proxies",
            arity = "1..*",
            split = ",",
            paramLabel = "CIDR",
            converter = EntranceFlags.Network.class,
            description = "Whose X-Forwarded-* and other such fields are kept, as one more hop; those of all others are"
                    + " overwritten.")
    private List<String> trustedProxies = List.of();

    @Option(
            names = "--underscore-headers",
            paramLabel = "WHAT",
            converter = Underscore.class,
            description =
                    "What becomes of header fields with an underscore in their names: pass, drop or refuse the request"
                            + " (default: pass; with --hardened drop).")
    private @Nullable Underscores underscores;

    @Option(
            names = "--first-claimant",
            negatable = true,
            description =
                    "A port, or a virtual host and path, stays with the application that claimed it first; others are"
                            + " refused it.")
    private @Nullable Boolean firstClaimant;

    @Option(
            names = "--service-port-range",
            paramLabel = "FIRST-LAST",
            converter = Range.class,
            description =
                    "The only service ports that applications may have (default: any; with --hardened 1024-65535).")
    private @Nullable PortRange servicePorts;

    @Option(
            names = "--endpoint-networks",
            arity = "1..*",
            split = ",",
            paramLabel = "CIDR",
            converter = EntranceFlags.Network.class,
            description = "Where tasks may be; others are left out and reported (default: anywhere).")
    private List<String> endpointNetworks = List.of();

    @Option(
            names = "--refuse-special-endpoints",
            negatable = true,
            description = "Leave out tasks at link-local addresses, at this proxy's own listeners, and at Marathon's"
                    + " address.")
    private @Nullable Boolean refuseSpecialEndpoints;

    @Option(
            names = "--wildcard-owners",
            arity = "1..*",
            split = ",",
            paramLabel = "ID",
            description =
                    "The only applications, or groups of such, that may claim hosts by their ends, by expressions or any"
                            + " host at all; or none (default: everybody; with --hardened none).")
    private List<String> wildcardOwners = List.of();

    @Option(
            names = "--auth-everywhere",
            negatable = true,
            description = "HAPROXY_n_AUTH protects the service port and the application's id, too.")
    private @Nullable Boolean authEverywhere;

    @Option(
            names = "--websocket-opt-in",
            negatable = true,
            description = "Clients may open WebSockets only with applications whose label LB_n_WEBSOCKET is true.")
    private @Nullable Boolean webSocketOptIn;

    @Option(
            names = "--guard-admin",
            negatable = true,
            description =
                    "The admin port answers this machine only, by the name localhost or an address, or whoever has the"
                            + " token of --admin-token-file; without a token it is at 127.0.0.1. Health checks are for everybody.")
    private @Nullable Boolean guardAdmin;

    boolean hardened() {
        return hardened;
    }

    private boolean isOn(@Nullable Boolean flag) {
        return flag == null ? hardened : flag;
    }

    /** In what the proxy is stricter with applications. */
    Strictness strictness() {
        Strictness base = hardened ? Strictness.HARDENED : Strictness.NONE;
        return base.withFirstClaimant(isOn(firstClaimant))
                .withServicePorts(servicePorts == null ? base.servicePorts() : servicePorts)
                .withEndpointNetworks(networks(endpointNetworks).orElse(base.endpointNetworks()))
                .withRefuseSpecialEndpoints(isOn(refuseSpecialEndpoints))
                .withHostOwners(hostOwners(base.hostOwners()))
                .withAuthEverywhere(isOn(authEverywhere))
                .withWebSocketOptIn(isOn(webSocketOptIn));
    }

    private HostOwners hostOwners(HostOwners otherwise) {
        if (wildcardOwners.isEmpty()) {
            return otherwise;
        }
        if (wildcardOwners.equals(List.of(EntranceFlags.NetworkOrNone.NONE))) {
            return HostOwners.NOBODY;
        }
        for (String id : wildcardOwners) {
            if (!id.startsWith("/")) {
                throw new IllegalArgumentException("--wildcard-owners: " + id
                        + " (expected: ids that begin with a slash, such as /shop/web, or none alone)");
            }
        }
        return HostOwners.of(wildcardOwners);
    }

    /** What is believed of clients. */
    HeaderTrust headerTrust() {
        HeaderTrust base = hardened ? HeaderTrust.NOBODY : HeaderTrust.EVERYBODY;
        if (Boolean.FALSE.equals(overwriteForwarded) && !trustedProxies.isEmpty()) {
            throw new IllegalArgumentException("--no-overwrite-forwarded: with --trusted-proxies "
                    + String.join(",", trustedProxies)
                    + " (expected: one of them, since the fields of all but trusted proxies are overwritten)");
        }
        AllowedNetworks nobody = isOn(overwriteForwarded) ? AllowedNetworks.NONE : AllowedNetworks.ALL;
        return new HeaderTrust(
                networks(trustedProxies).orElse(nobody), underscores == null ? base.underscores() : underscores);
    }

    /** The proxies that are named; none if everybody is believed, or nobody. */
    AllowedNetworks namedProxies() {
        return networks(trustedProxies).orElse(AllowedNetworks.NONE);
    }

    private static Optional<AllowedNetworks> networks(List<String> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(AllowedNetworks.parse(String.join(" ", list)));
    }

    /** Whether the admin port is not for everybody. */
    boolean guardsAdmin() {
        return isOn(guardAdmin);
    }

    /**
     * Where the admin port is.
     *
     * @param wanted what {@code --admin} says
     * @param given whether it was said at all
     * @param hasToken whether others could be told from this machine
     * @throws IllegalArgumentException if nobody from outside could ever be answered there
     */
    InetSocketAddress admin(InetSocketAddress wanted, boolean given, boolean hasToken) {
        if (!guardsAdmin() || hasToken || wanted.getAddress().isLoopbackAddress()) {
            return wanted;
        }
        if (given) {
            throw new IllegalArgumentException("--admin: " + SettingsText.text(wanted)
                    + " (expected: an address like 127.0.0.1:9090, or --admin-token-file with it, since the admin port is"
                    + " guarded)");
        }
        return THIS_MACHINE;
    }

    /** Reads what becomes of names with underscores. */
    static final class Underscore implements ITypeConverter<Underscores> {

        @Override
        public Underscores convert(String value) {
            for (Underscores one : Underscores.values()) {
                if (one.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return one;
                }
            }
            throw new TypeConversionException("underscores: " + value + " (expected: pass, drop or refuse)");
        }
    }

    /** Reads a range of ports. */
    static final class Range implements ITypeConverter<PortRange> {

        private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

        @Override
        public PortRange convert(String value) {
            Matcher matcher = FORM.matcher(value);
            try {
                if (matcher.matches()) {
                    int first = Integer.parseInt(matcher.group(1));
                    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
                    if (first > 0) {
                        return new PortRange(first, last);
                    }
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
            throw new TypeConversionException(
                    "ports: " + value + " (expected: a range like 10000-20000 within 1 to 65535)");
        }
    }
}
