package io.evenkeel.discovery;

/**
 * What one of several sources knows of a service.
 *
 * @param source the source's position, from 0
 * @param snapshot its newest snapshot
 */
record Offer(int source, Snapshot snapshot) {}
