package io.evenkeel.testing.marathon;

/**
 * How far a deployment that replaces tasks may go at this moment.
 *
 * @param atLeast how many tasks have to be ready, old and new together
 * @param atMost how many may be there, old and new together
 */
record UpgradeStrategy(int atLeast, int atMost) {
    /** The bounds for the app; where they leave no way to go on, Marathon takes one task more than allowed. */
    static UpgradeStrategy of(AppState app) {
        int target = app.instances();
        int atLeast = (int) Math.ceil(
                target * app.upgradeStrategy().path("minimumHealthCapacity").asDouble(1));
        int atMost = (int)
                (target * (1 + app.upgradeStrategy().path("maximumOverCapacity").asDouble(1)));
        return new UpgradeStrategy(atLeast, atLeast == atMost ? atMost + 1 : atMost);
    }
}
