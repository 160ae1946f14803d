package io.evenkeel.layer;

/**
 * How one group of a cluster's endpoints fares at one moment.
 *
 * @param level its priority level; 0 if there are none
 * @param nearness how near its endpoints are; {@link Nearness#ELSEWHERE} if that does not count
 * @param endpoints how many take work by their source
 * @param available how many of those nothing bars
 * @param share which share of the load it gets, 0 to 1
 * @param failsOpen whether bars are ignored in its level
 */
public record GroupShare(int level, Nearness nearness, int endpoints, int available, double share, boolean failsOpen) {}
