package io.evenkeel.l7.runner;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the flags of the standalone proxy say, all of it understood and checked. Immutable.
 *
 * @param marathon whom to follow
 * @param otherMarathons whom to follow beside it, each under its namespace
 * @param routes the file of services that no Marathon knows, if there is one
 * @param options which applications are published
 * @param http where virtual hosts are served, if they are
 * @param https where they are served over TLS, if there are certificates
 * @param certificates what is shown there
 * @param entrances how connections begin
 * @param hardening in what it is stricter with those who send something to it
 * @param limits how much clients may have
 * @param transport what event loops wait with
 * @param threads how many event loops there are, 0 for one per processor
 * @param appId where applications are served by id
 * @param admin where statistics are served
 * @param adminToken what allows changes there from other machines
 * @param legacyLabels whether metrics carry the labels of HAProxy's stand-alone exporter
 * @param readyMaxAge how old what is known may be while it is ready, if there is a limit
 * @param warmUp how long the rehearsal before it is ready may take; zero for none
 * @param serviceAddress the address of service ports whose labels name none
 * @param machine what labels find on this machine
 * @param drainDelay how long connections are still taken after the end was asked for
 * @param drainTimeout how long they may go on after that
 * @param accessLog where requests are told of, if they are; open
 */
record L7Settings(
        MarathonConfig marathon,
        List<MarathonConfig> otherMarathons,
        Optional<Path> routes,
        MarathonLbOptions options,
        Optional<InetSocketAddress> http,
        Optional<InetSocketAddress> https,
        Optional<Certificates> certificates,
        Entrances entrances,
        Hardening hardening,
        ClientLimits limits,
        Transport.Kind transport,
        int threads,
        InetSocketAddress appId,
        InetSocketAddress admin,
        Optional<AdminToken> adminToken,
        boolean legacyLabels,
        Optional<Duration> readyMaxAge,
        Duration warmUp,
        String serviceAddress,
        Machine machine,
        Duration drainDelay,
        Duration drainTimeout,
        Optional<AccessLog> accessLog) {

    /** Copies the list. */
    L7Settings {
        otherMarathons = List.copyOf(otherMarathons);
    }

    /** The settings for people, by the names of the flags. Of secrets only that there are some. */
    Map<String, String> effective() {
        return SettingsText.of(this);
    }

    /** Ports that no application may take, those of {@code 0} excepted. */
    Set<Integer> ownPorts() {
        return Stream.of(http, certificates.flatMap(any -> https), Optional.of(appId), Optional.of(admin))
                .flatMap(Optional::stream)
                .map(InetSocketAddress::getPort)
                .filter(port -> port != 0)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Addresses that no task may have. */
    Set<InetSocketAddress> forbiddenEndpoints() {
        return options.strictness().refuseSpecialEndpoints() ? sourceAddresses() : Set.of();
    }

    /** Where the source is, as far as its hosts can be looked up. */
    private Set<InetSocketAddress> sourceAddresses() {
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        List<URI> hosts = Stream.concat(Stream.of(marathon), otherMarathons.stream())
                .flatMap(one -> one.hosts().stream())
                .toList();
        for (URI host : hosts) {
            int port = host.getPort() >= 0 ? host.getPort() : host.getScheme().equalsIgnoreCase("https") ? 443 : 80;
            try {
                for (InetAddress address : InetAddress.getAllByName(host.getHost())) {
                    addresses.add(new InetSocketAddress(address, port));
                }
            } catch (UnknownHostException e) {
                // nothing is known of it that could be refused
            }
        }
        return addresses;
    }
}
