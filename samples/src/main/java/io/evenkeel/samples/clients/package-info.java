/**
 * The load balancer under the clients that services use, one short file for each. Copy the one you need: the clients'
 * libraries are no dependencies of this library, so none of its modules can carry them.
 */
@NullMarked
package io.evenkeel.samples.clients;

import org.jspecify.annotations.NullMarked;
