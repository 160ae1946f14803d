package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.l4.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Whether TLS with an endpoint comes about; the connection is closed then. An endpoint that refuses a client's certificate by TLS
 * 1.3 does so later, which is not seen. Thread-safe; never blocks.
 *
 * @param transport whose event loops ask; closed after whatever uses the check
 * @param tls what is spoken
 * @param http2 whether the endpoint must agree to HTTP/2 by ALPN
 */
public record TlsHealthCheck(Transport transport, CheckTls tls, boolean http2) implements HealthCheck {

    private static final Verdict AGREED = new Verdict(Finding.L6OK, 0);

    /** Checks for nulls. */
    public TlsHealthCheck {
        requireNonNull(transport, "transport");
        requireNonNull(tls, "tls");
    }

    @Override
    public CompletableFuture<Verdict> check(Endpoint endpoint, Duration timeout) {
        return CheckConnection.open(
                transport,
                Optional.of(tls),
                http2,
                endpoint.address(),
                timeout,
                (context, verdict) -> verdict.complete(AGREED));
    }

    @Override
    public String toString() {
        return "TLS";
    }
}
