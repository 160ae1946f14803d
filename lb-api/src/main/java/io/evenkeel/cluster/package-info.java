/**
 * The live view of one service: a {@link io.evenkeel.cluster.Cluster} turns snapshots into immutable
 * {@link io.evenkeel.cluster.ClusterState}s and hands out endpoints from the newest.
 *
 * <p>Updates come on one control thread and end in one volatile write; picks read that once and touch nothing else but
 * the statistics of the endpoint they chose.
 *
 * <p>The layers between a snapshot and a pick, in their order: the filter says who takes work and who drains; the subset
 * says who of those is this client's; priority levels and localities sort those into groups with shares; slow start lowers
 * weights; the strategy's picker chooses within the group; bars (ejection, failed checks, circuit breakers), limits and
 * what was tried already can refuse the choice, unless so many are barred that the cluster fails open.
 */
@NullMarked
package io.evenkeel.cluster;

import org.jspecify.annotations.NullMarked;
