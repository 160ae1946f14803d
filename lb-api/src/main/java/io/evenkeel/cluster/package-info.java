/**
 * The live view of one service: a {@link io.evenkeel.cluster.Cluster} turns snapshots into immutable
 * {@link io.evenkeel.cluster.ClusterState}s and hands out endpoints from the newest.
 *
 * <p>Updates come on one control thread and end in one volatile write; picks read that once and touch nothing else but
 * the statistics of the endpoint they chose.
 */
@NullMarked
package io.evenkeel.cluster;

import org.jspecify.annotations.NullMarked;
