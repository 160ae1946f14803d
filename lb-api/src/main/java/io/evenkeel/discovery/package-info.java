/**
 * Where endpoints come from: a {@link io.evenkeel.discovery.Discovery} publishes whole
 * {@link io.evenkeel.discovery.Catalog}s of {@link io.evenkeel.discovery.Snapshot}s.
 *
 * <p>A source publishes everything it knows each time, never a delta, and reports rather than filters. What fails to be
 * read never replaces what is known: the last good catalog stands, and a whole answer that is suddenly empty must be
 * confirmed by a second read ({@link io.evenkeel.discovery.EmptyAnswerGuard}). New sources implement
 * {@code Discovery} and are found by the scheme of a URI through a {@link io.evenkeel.discovery.DiscoveryProvider}.
 *
 * <p>Sources are composed before anybody balances: {@link io.evenkeel.discovery.Discovery#union} adds them up,
 * {@link io.evenkeel.discovery.Discovery#failover} prefers the first that can serve,
 * {@link io.evenkeel.discovery.Discovery#weighted} splits traffic among them by weights that change at run time, and
 * {@link io.evenkeel.discovery.Discovery#preferLocal} narrows one to what is near. A composition is a source like any
 * other, so they nest. It works on the threads on which its sources report, one at a time and with no lock held: where
 * reports come together, one thread does the work for all of them. {@code static://} opens a source from a URI alone.
 */
@NullMarked
package io.evenkeel.discovery;

import org.jspecify.annotations.NullMarked;
