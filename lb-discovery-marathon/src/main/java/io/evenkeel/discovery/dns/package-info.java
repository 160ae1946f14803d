/**
 * Discovery by names in DNS, for Consul, Kubernetes, Mesos-DNS and whatever else answers there:
 * {@link io.evenkeel.discovery.dns.DnsDiscovery}, and {@link io.evenkeel.discovery.dns.DnsLookup} beneath it.
 *
 * <pre>
 *   control thread                                          io threads
 *   Follower ─ one name is due ─► Resolution ─► DnsLookup ─► DnsServers ─► SimpleResolver ─► Exchanges ─► sockets
 *    ▲   │     FollowedName        SRV, then     CNAME        in order,     EDNS, ids,        UDP, TCP
 *    │   └─► listeners             addresses     chains       timeouts      TC → TCP
 *    └──────── result, TTL ────────────┘
 * </pre>
 *
 * <p>Every name lives by itself: it is read when the TTL of what was read before is over, keeps its last good state while
 * it cannot be read, and believes that it is empty only when it has read so twice. Messages and records are dnsjava's,
 * and so is the dialogue; sockets, threads and time are ours, so that a close ends all of them and a timeout is one.
 * Nothing is cached: an answer is used once.
 */
@NullMarked
package io.evenkeel.discovery.dns;

import org.jspecify.annotations.NullMarked;
