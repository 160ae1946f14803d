/**
 * Discovery from Mesos-DNS: {@link io.evenkeel.discovery.mesosdns.MesosDnsDiscovery}.
 *
 * <pre>
 *   MesosDnsClient ─ /v1/config: a new serial? ─ /v1/enumerate, /v1/axfr ──────┐
 *        │              by name: /v1/services, /v1/hosts ──────────────────────┼─► Zone ─► ZoneCatalog ─► FrameworkGuard ─► listeners
 *        └ not there: DnsLookup, SRV over TCP and A, by name ──────────────────┘   records   tasks, ports    empty?
 * </pre>
 *
 * <p>Whatever way records come, they become a {@code Zone}, and everything is understood in one place: which records are
 * of one task, which port of which application they mean, and whether that port is the agent's or the container's. One
 * thread reads and calls the listeners.
 */
@NullMarked
package io.evenkeel.discovery.mesosdns;

import org.jspecify.annotations.NullMarked;
