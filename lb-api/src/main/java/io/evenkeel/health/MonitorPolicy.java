package io.evenkeel.health;

/**
 * The settings of one kind of monitor. Immutable; a cluster keeps its monitor for as long as its configuration has an equal
 * policy.
 */
public interface MonitorPolicy {

    /**
     * Begins to monitor a cluster.
     *
     * @param cluster what the monitor may see and do
     * @return the monitor, not yet at work
     */
    Monitor newMonitor(MonitoredCluster cluster);
}
