package io.evenkeel.l7.runner;

import io.evenkeel.l7.marathonlb.TrustedProxies;

/**
 * How connections begin. Immutable.
 *
 * @param proxies whose PROXY headers count, and where they are expected
 */
record Entrances(TrustedProxies proxies) {}
