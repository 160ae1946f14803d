/**
 * A DNS server to test against, over real UDP and TCP sockets: {@link io.evenkeel.testing.dns.DnsServer} answers from a
 * {@link io.evenkeel.testing.dns.DnsZone} that a test changes at any time, with a {@link io.evenkeel.testing.dns.DnsFault}
 * if it is told so.
 */
@NullMarked
package io.evenkeel.testing.dns;

import org.jspecify.annotations.NullMarked;
