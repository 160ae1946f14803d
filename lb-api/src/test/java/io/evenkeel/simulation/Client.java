package io.evenkeel.simulation;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;

/**
 * One independent balancer.
 *
 * @param cluster what it picks from
 * @param config how
 */
record Client(Cluster cluster, ClusterConfig config) {}
