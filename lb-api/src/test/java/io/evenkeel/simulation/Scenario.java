package io.evenkeel.simulation;

import java.util.Locale;

/** What goes on behind the balancers. */
enum Scenario {
    /** All servers alike, at 70 % of their capacity. */
    UNIFORM70,
    /** All servers alike, at 85 %. */
    HOT85,
    /** One server of twenty is ten times slower. */
    SLOW10X,
    /** One server is ten times slower for ten seconds. */
    BROWNOUT,
    /** Every other server is half as fast. */
    HALF2X,
    /** One server fails every request at once. */
    FAILFAST,
    /** Every server stands still for 200 ms every five seconds or so. */
    GCPAUSE,
    /** A server joins, and is ten times slower at first than it will be after ten seconds. */
    COLDSTART,
    /** The list of servers is reported anew twice a second, in another order. */
    CHURN;

    double load() {
        return this == HOT85 ? 0.85 : 0.70;
    }

    static Scenario named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
