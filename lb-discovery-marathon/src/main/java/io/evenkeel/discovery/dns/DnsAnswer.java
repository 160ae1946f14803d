package io.evenkeel.discovery.dns;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What DNS says of a name: its records, or that there are none. That nothing could be learnt is no answer but a failure.
 *
 * @param records in the order of the answer; none if the name does not exist or has no such record
 * @param ttl for how long that is good, by the shortest TTL on the way from the name to the records (RFC 1035), or by the
 *     SOA record that comes with a negative answer (RFC 2308); empty if a negative answer does not say
 * @param <T> what a record holds
 */
public record DnsAnswer<T>(List<T> records, Optional<Duration> ttl) {

    /** Copies the list. */
    public DnsAnswer {
        records = List.copyOf(records);
        requireNonNull(ttl, "ttl");
    }

    /**
     * Whether there are no records.
     *
     * @return true for an answer that says so
     */
    public boolean isEmpty() {
        return records.isEmpty();
    }
}
