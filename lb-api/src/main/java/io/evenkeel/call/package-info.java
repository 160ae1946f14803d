/**
 * Whole calls of a service: what to do when one fails or takes too long. A {@link io.evenkeel.call.Caller} acquires, calls,
 * reports how it went, and tries again elsewhere where that is safe and the service's retry budget allows it.
 */
@NullMarked
package io.evenkeel.call;

import org.jspecify.annotations.NullMarked;
