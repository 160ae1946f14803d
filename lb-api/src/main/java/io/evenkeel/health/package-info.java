/**
 * What watches the endpoints of a cluster and takes those out that do not serve: a {@link io.evenkeel.health.Monitor} works
 * beside a cluster for as long as the cluster has endpoints.
 *
 * <p>Monitors put {@link io.evenkeel.endpoint.Bar}s in the way of endpoints and take them away again. Doing so rebuilds
 * nothing, and where it would leave too few, the cluster ignores all bars (fails open).
 */
@NullMarked
package io.evenkeel.health;

import org.jspecify.annotations.NullMarked;
