package io.evenkeel.testing.marathon;

/** A launch that waits until the app may launch again. */
record Scheduled(String instanceId, int incarnation) {}
