package io.evenkeel.testing;

import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import java.util.function.Function;

/** Strategies that a test makes up. */
public final class Strategies {

    private Strategies() {}

    /** A strategy whose pickers come from a function. */
    public static Strategy of(Function<Candidates, Picker> pickers) {
        return new Strategy() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public Picker newPicker(Candidates candidates) {
                return pickers.apply(candidates);
            }
        };
    }
}
