package io.evenkeel.simulation;

import io.evenkeel.cluster.Cluster;

/**
 * One independent balancer.
 *
 * @param cluster what it picks from
 */
record Client(Cluster cluster) {}
