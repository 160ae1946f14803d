/**
 * The names of VIPs, answered over DNS: a small authoritative server for one zone that forwards everything else.
 *
 * <pre>
 *   UDP, TCP ──► DnsServer ──► DnsQuery (parsed) ──► Zone ──► DnsLookup        (ours: answered from memory)
 *                                                └──► Forwarder ──► upstreams  (not ours: bytes passed on, id changed)
 * </pre>
 *
 * <p>Messages are read and written as bytes. A query's header, question and EDNS record are all that is ever parsed, in one
 * pass that trusts nothing; what is forwarded is passed on as it came.
 */
@NullMarked
package io.evenkeel.l4.dns;

import org.jspecify.annotations.NullMarked;
