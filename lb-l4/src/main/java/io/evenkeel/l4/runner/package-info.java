/**
 * The standalone L4 proxy: {@link io.evenkeel.l4.runner.L4ProxyMain} reads flags and wires what embedding code could wire
 * as well, and {@link io.evenkeel.l4.runner.AdminServer} answers questions about it over HTTP.
 *
 * <p>The only package that knows of the command line, JSON and Marathon. Nothing else depends on it.
 */
@NullMarked
package io.evenkeel.l4.runner;

import org.jspecify.annotations.NullMarked;
