/** Fakes for tests over real sockets: servers scripted by a lambda, and waiting for a condition. */
package io.evenkeel.l4.testing;
