/**
 * The same question put to the JVM's other load balancers: what does it cost to choose one endpoint of many, and to
 * report how it went?
 *
 * <p>An {@link Entrant} is one algorithm of one library; its {@link Contender} drives the objects that this library's
 * own client drives, with nothing behind them: no network, and endpoints that are always ready. Compiled only in the
 * profile {@code peers}, which brings the other libraries.
 */
@NullMarked
package io.evenkeel.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
