package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.AllowedNetworks;

/**
 * In what the proxy is stricter with applications than marathon-lb, where several owners share it. Immutable; start from
 * {@link #NONE} or {@link #HARDENED}.
 *
 * @param firstClaimant whether the application that had a port, or a host and path, first keeps it for as long as it claims
 *     it, rather than the one that comes first in order
 * @param servicePorts the ports that applications may have; {@link PortRange#NONE} for any
 * @param endpointNetworks where tasks may be
 * @param refuseSpecialEndpoints whether tasks at link-local addresses, and at listeners of this proxy, are left out
 * @param hostOwners who may claim more hosts than those that are named
 * @param authEverywhere whether {@code HAPROXY_n_AUTH} protects service ports and applications by id, too
 * @param webSocketOptIn whether clients may open WebSockets only with applications that ask for that
 */
public record Strictness(
        boolean firstClaimant,
        PortRange servicePorts,
        AllowedNetworks endpointNetworks,
        boolean refuseSpecialEndpoints,
        HostOwners hostOwners,
        boolean authEverywhere,
        boolean webSocketOptIn) {

    /** As marathon-lb. */
    public static final Strictness NONE =
            new Strictness(false, PortRange.NONE, AllowedNetworks.ALL, false, HostOwners.EVERYBODY, false, false);

    /** All of it: ports from 1024 on, tasks anywhere but at special addresses. */
    public static final Strictness HARDENED =
            new Strictness(true, new PortRange(1024, 65_535), AllowedNetworks.ALL, true, HostOwners.NOBODY, true, true);

    /** Nothing may be absent. */
    public Strictness {
        requireNonNull(servicePorts, "servicePorts");
        requireNonNull(endpointNetworks, "endpointNetworks");
        requireNonNull(hostOwners, "hostOwners");
    }

    /**
     * This with or without the first claimant's right.
     *
     * @param enabled whether who had it first keeps it
     * @return the changed copy
     */
    public Strictness withFirstClaimant(boolean enabled) {
        return new Strictness(
                enabled,
                servicePorts,
                endpointNetworks,
                refuseSpecialEndpoints,
                hostOwners,
                authEverywhere,
                webSocketOptIn);
    }

    /**
     * This with other ports that applications may have.
     *
     * @param range the ports
     * @return the changed copy
     */
    public Strictness withServicePorts(PortRange range) {
        return new Strictness(
                firstClaimant,
                range,
                endpointNetworks,
                refuseSpecialEndpoints,
                hostOwners,
                authEverywhere,
                webSocketOptIn);
    }

    /**
     * This with other places where tasks may be.
     *
     * @param networks the places
     * @return the changed copy
     */
    public Strictness withEndpointNetworks(AllowedNetworks networks) {
        return new Strictness(
                firstClaimant,
                servicePorts,
                networks,
                refuseSpecialEndpoints,
                hostOwners,
                authEverywhere,
                webSocketOptIn);
    }

    /**
     * This with or without tasks at special addresses.
     *
     * @param refused whether they are left out
     * @return the changed copy
     */
    public Strictness withRefuseSpecialEndpoints(boolean refused) {
        return new Strictness(
                firstClaimant, servicePorts, endpointNetworks, refused, hostOwners, authEverywhere, webSocketOptIn);
    }

    /**
     * This with other applications that may claim more hosts than those that are named.
     *
     * @param owners who may
     * @return the changed copy
     */
    public Strictness withHostOwners(HostOwners owners) {
        return new Strictness(
                firstClaimant,
                servicePorts,
                endpointNetworks,
                refuseSpecialEndpoints,
                owners,
                authEverywhere,
                webSocketOptIn);
    }

    /**
     * This with or without questions for a password at every entrance.
     *
     * @param enabled whether service ports and applications by id ask, too
     * @return the changed copy
     */
    public Strictness withAuthEverywhere(boolean enabled) {
        return new Strictness(
                firstClaimant,
                servicePorts,
                endpointNetworks,
                refuseSpecialEndpoints,
                hostOwners,
                enabled,
                webSocketOptIn);
    }

    /**
     * This with or without WebSockets for everybody.
     *
     * @param enabled whether applications must ask for them
     * @return the changed copy
     */
    public Strictness withWebSocketOptIn(boolean enabled) {
        return new Strictness(
                firstClaimant,
                servicePorts,
                endpointNetworks,
                refuseSpecialEndpoints,
                hostOwners,
                authEverywhere,
                enabled);
    }

    /** Whether it matters who an application is: some have what others cannot get. */
    boolean dividesOwners() {
        return firstClaimant || !hostOwners.everybody();
    }

    /** Whether applications may have a service port of that number. */
    boolean permits(int port) {
        return servicePorts.equals(PortRange.NONE) || servicePorts.contains(port);
    }

    /**
     * Checks a port that an application claims.
     *
     * @throws IllegalArgumentException if it may not have it as it wants it
     */
    void check(AppPort port) {
        Listen listen = port.listen();
        if (authEverywhere && port.vhosts().auth().isPresent() && port.mode() == AppPort.Mode.TCP) {
            throw new IllegalArgumentException(
                    "mode: tcp (expected: http, since who does not speak it cannot be asked for" + " the password of "
                            + MarathonLbLabels.AUTH + ")");
        }
        if (listen.isOpened() && !permits(listen.port())) {
            throw new IllegalArgumentException("service port: " + listen.port() + " (expected: " + servicePorts.first()
                    + " to " + servicePorts.last() + ", the ports for applications)");
        }
    }
}
