package io.evenkeel.l7.runner;

import io.evenkeel.l7.TlsProvider;
import io.evenkeel.l7.marathonlb.TrustedProxies;

/**
 * How connections begin. Immutable.
 *
 * @param proxies whose PROXY headers count, and where they are expected
 * @param tlsProvider whose TLS is spoken
 * @param groupHttpsByVhost whether every virtual host is served over TLS by itself
 * @param reusePort whether ports may be shared with a predecessor or successor
 */
record Entrances(TrustedProxies proxies, TlsProvider tlsProvider, boolean groupHttpsByVhost, boolean reusePort) {}
