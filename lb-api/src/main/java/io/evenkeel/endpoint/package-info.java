/**
 * What is balanced over: an {@link io.evenkeel.endpoint.Endpoint} as a source reported it, and the
 * {@link io.evenkeel.endpoint.EndpointStats} that live as long as the endpoint does.
 *
 * <p>Endpoints are values and change with every report; stats are the one mutable thing and outlive the reports. This
 * package depends on no other of ours.
 */
@NullMarked
package io.evenkeel.endpoint;

import org.jspecify.annotations.NullMarked;
