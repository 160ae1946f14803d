package io.evenkeel.testing.marathon;

import java.time.Instant;

/**
 * A request that a simulated Marathon received, whatever it answered.
 *
 * @param method the HTTP method
 * @param target the path with its query, as sent
 * @param authorization the Authorization header, or an empty string
 * @param time when its last byte had arrived
 */
public record ReceivedRequest(String method, String target, String authorization, Instant time) {}
