package io.evenkeel.cluster;

/**
 * What a cluster is after one or more changes: always the whole, so that whoever misses some misses nothing.
 *
 * @param cluster the cluster's name
 * @param state the newest state
 * @param available how many of the endpoints that take work nothing bars
 * @param failsOpen whether bars are ignored, since too few are available
 */
public record ClusterChange(String cluster, ClusterState state, int available, boolean failsOpen) {}
