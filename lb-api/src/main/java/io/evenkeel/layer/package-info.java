/**
 * What lies between the endpoints of a cluster and the strategy that picks among them: which of them this client uses at all
 * ({@link io.evenkeel.layer.Subsetting}), which are preferred over others
 * ({@link io.evenkeel.layer.PriorityLevels}, {@link io.evenkeel.layer.LocalityPreference}) and which take less than their
 * share for a while ({@link io.evenkeel.layer.SlowStart}).
 *
 * <p>Each layer is a value in a cluster's configuration. Subsets and groups are made on the control thread when endpoints
 * come and go; when one is barred or free again, only the shares of the groups are computed anew.
 */
@NullMarked
package io.evenkeel.layer;

import org.jspecify.annotations.NullMarked;
