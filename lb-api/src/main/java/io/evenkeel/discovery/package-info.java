/**
 * Where endpoints come from: a {@link io.evenkeel.discovery.Discovery} publishes whole
 * {@link io.evenkeel.discovery.Catalog}s of {@link io.evenkeel.discovery.Snapshot}s.
 *
 * <p>A source publishes everything it knows each time, never a delta, and reports rather than filters. What fails to be
 * read never replaces what is known: the last good catalog stands, and a whole answer that is suddenly empty must be
 * confirmed by a second read ({@link io.evenkeel.discovery.EmptyAnswerGuard}). New sources implement
 * {@code Discovery} and are found by the scheme of a URI through a {@link io.evenkeel.discovery.DiscoveryProvider}.
 */
@NullMarked
package io.evenkeel.discovery;

import org.jspecify.annotations.NullMarked;
