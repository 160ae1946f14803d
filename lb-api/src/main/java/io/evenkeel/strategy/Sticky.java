package io.evenkeel.strategy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.evenkeel.endpoint.EndpointStats;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The strategy behind {@link Strategy#sticky}.
 *
 * @param placing chooses for a key that is not known
 * @param idle how long a key is remembered after its last use
 * @param maxKeys how many keys are remembered
 */
record Sticky(Strategy placing, Duration idle, long maxKeys) implements Strategy {

    Sticky {
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("idle: " + idle + " (expected: > 0)");
        }
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys: " + maxKeys + " (expected: >= 1)");
        }
    }

    @Override
    public String name() {
        return "sticky";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        StickyPicker before =
                candidates.previous() instanceof StickyPicker picker && picker.strategy.equals(this) ? picker : null;
        Picker inner =
                placing.newPicker(candidates.withPrevious(before == null ? candidates.previous() : before.inner));
        Cache<Long, EndpointStats> places = before == null ? newPlaces(candidates) : before.places;
        return new StickyPicker(this, inner, places, new HashSet<>(candidates.endpoints()));
    }

    private Cache<Long, EndpointStats> newPlaces(Candidates candidates) {
        return Caffeine.newBuilder()
                .expireAfterAccess(idle)
                .maximumSize(maxKeys)
                .executor(candidates.background())
                .build();
    }

    @Override
    public String toString() {
        return name();
    }

    /* A key that is asked for again and again finds its endpoint until that is gone, barred or full: then it moves. */
    private record StickyPicker(
            Sticky strategy, Picker inner, Cache<Long, EndpointStats> places, Set<EndpointStats> endpoints)
            implements Picker {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            if (!context.hasKey()) {
                return inner.pick(context, now, attempt);
            }
            if (attempt == 0) {
                EndpointStats known = places.getIfPresent(context.key());
                if (known != null && endpoints.contains(known) && known.isAvailable() && !context.excludes(known)) {
                    return known;
                }
            }
            EndpointStats placed = inner.pick(context, now, attempt);
            places.put(context.key(), placed);
            return placed;
        }

        @Override
        public boolean usesTime() {
            return inner.usesTime();
        }

        @Override
        public boolean usesKey() {
            return true;
        }
    }
}
