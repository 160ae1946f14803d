package io.evenkeel.l7;

import io.evenkeel.endpoint.Ticker;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A ticker as a clock, for who asks one how long ago something was: nobody sets it. Thread-safe. */
final class TickerClock extends Clock {

    private final Ticker ticker;
    private final long origin;

    TickerClock(Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanos();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(ticker.nanos() - origin);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** {@inheritDoc} There are no dates to show. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
