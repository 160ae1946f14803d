package io.evenkeel.l7.runner;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What the flags of the standalone proxy say, all of it understood and checked. Immutable.
 *
 * @param marathon whom to follow
 * @param options which applications are published
 * @param http where virtual hosts are served, if they are
 * @param https where they are served over TLS, if there are certificates
 * @param certificates what is shown there
 * @param entrances how connections begin
 * @param transport what event loops wait with
 * @param appId where applications are served by id
 * @param admin where statistics are served
 * @param serviceAddress the address of service ports whose labels name none
 * @param drainTimeout how long connections may go on after the end was asked for
 */
record L7Settings(
        MarathonConfig marathon,
        MarathonLbOptions options,
        Optional<InetSocketAddress> http,
        Optional<InetSocketAddress> https,
        Optional<Certificates> certificates,
        Entrances entrances,
        Transport.Kind transport,
        InetSocketAddress appId,
        InetSocketAddress admin,
        String serviceAddress,
        Duration drainTimeout) {}
