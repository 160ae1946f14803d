/**
 * The facade: {@link io.evenkeel.LoadBalancer} turns what a discovery source reports into clusters to pick from.
 *
 * <p>Read the packages left to right and you have read the data flow:
 *
 * <pre>
 *   discovery ──► Catalog of Snapshots ──► LoadBalancer ──► Cluster ──► ClusterState ──► Picker ──► endpoint
 *                                              │                                                      │
 *                                              └──► VipTable ──► Cluster per virtual IP               ▼
 *                       EndpointStats ◄──────────────── complete(Outcome) ◄──────────────────────── caller
 * </pre>
 *
 * <p>One control thread applies every change in order and publishes each new state with one volatile write; picking and
 * completing run on any thread, take no lock and never block. Dependencies point one way only: {@code endpoint} is used
 * by {@code discovery}, {@code strategy} and {@code vip}, those by {@code cluster}, and all of them by this package. Only
 * {@code embed}, the JDK's clients over a load balancer, builds on this package.
 */
@NullMarked
package io.evenkeel;

import org.jspecify.annotations.NullMarked;
