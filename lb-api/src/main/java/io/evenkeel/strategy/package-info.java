/**
 * How one endpoint is chosen from many: a {@link io.evenkeel.strategy.Strategy} builds a
 * {@link io.evenkeel.strategy.Picker} for each state of a cluster.
 *
 * <p>Pickers are package-private and are reached by the factories on {@code Strategy}. A picker is immutable but for its
 * own cursor, allocates nothing, takes no lock, and costs the same for ten endpoints and ten thousand. Whatever must
 * survive a change of the endpoints is handed from the previous picker to the next.
 */
@NullMarked
package io.evenkeel.strategy;

import org.jspecify.annotations.NullMarked;
