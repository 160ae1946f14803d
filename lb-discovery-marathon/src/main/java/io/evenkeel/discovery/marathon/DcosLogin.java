package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of DC/OS for a service account: one login at a time for everybody, another one shortly before the token ends, and
 * one when it is refused. Logins that fail are repeated with growing pauses, in which nobody waits.
 */
final class DcosLogin implements Authorization {

    static final Duration EARLY = Duration.ofSeconds(10);
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /** A token that is refused so soon after it was given out would be refused again. */
    static final Duration YOUNG = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern COOKIE = Pattern.compile("dcos-acs-auth-cookie=\"?([^;\"]+)");

    private final ServiceAccount account;
    private final HttpClient http;
    private final Duration patience;
    private final Clock clock;
    private final Backoff backoff;

    private String token = "";
    private Instant expiry = Instant.MIN;
    private Instant got = Instant.MIN;
    private Instant notBefore = Instant.MIN;
    private @Nullable CompletableFuture<String> running;
    private DiscoveryException failure = new DiscoveryException("no login yet");

    DcosLogin(ServiceAccount account, HttpClient http, Duration patience, Clock clock, RandomGenerator random) {
        this.account = account;
        this.http = http;
        this.patience = patience;
        this.clock = clock;
        this.backoff = new Backoff(LONGEST_PAUSE, random);
    }

    @Override
    public CompletableFuture<String> header() {
        CompletableFuture<String> login;
        synchronized (this) {
            Instant now = clock.instant();
            if (!token.isEmpty() && now.isBefore(expiry.minus(EARLY))) {
                return CompletableFuture.completedFuture("token=" + token);
            }
            if (running != null) {
                return running.copy();
            }
            if (now.isBefore(notBefore)) {
                return CompletableFuture.failedFuture(failure);
            }
            login = new CompletableFuture<>();
            running = login;
        }
        login(login);
        return login.copy();
    }

    @Override
    public synchronized boolean refused(String header) {
        if (!header.equals("token=" + token)) {
            return true; // there is another one by now
        }
        if (clock.instant().isBefore(got.plus(YOUNG))) {
            return false;
        }
        token = "";
        return true;
    }

    private void login(CompletableFuture<String> login) {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(account.loginEndpoint())
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json")
                    .timeout(patience)
                    .POST(BodyPublishers.ofByteArray(account.login(clock.instant())))
                    .build();
        } catch (GeneralSecurityException e) {
            ended(login, null, e);
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, info -> new BoundedBody());
        CompletableFuture<?> unused = exchange.thenApply(this::token)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((newToken, problem) -> {
                    exchange.cancel(true); // a body that never ends
                    ended(login, newToken, problem);
                });
    }

    private void ended(CompletableFuture<String> login, @Nullable String newToken, @Nullable Throwable problem) {
        DiscoveryException failed = null;
        synchronized (this) {
            Instant now = clock.instant();
            running = null;
            if (newToken == null) {
                failed = new DiscoveryException(
                        "login of " + account.uid() + " at " + account.loginEndpoint() + ": " + reason(problem),
                        problem);
                failure = failed;
                notBefore = now.plus(backoff.next());
            } else {
                backoff.reset();
                token = newToken;
                got = now;
                Instant soonest = now.plus(EARLY).plus(YOUNG); // whatever it says of itself: our clock may be ahead
                Instant own = ServiceAccount.expiry(newToken, now);
                expiry = own.isBefore(soonest) ? soonest : own;
            }
        }
        if (failed == null) {
            login.complete("token=" + newToken);
        } else {
            login.completeExceptionally(failed);
        }
    }

    private String reason(@Nullable Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        return cause instanceof TimeoutException
                ? "no answer within " + patience.toMillis() + " ms"
                : MarathonClient.reason(cause);
    }

    /* What the endpoint says beside the token is none of anybody's business: it may repeat what it was sent. */
    private String token(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new DiscoveryException("status " + response.statusCode() + " (expected: 200)");
        }
        String found = "";
        try {
            found = Json.text(JSON.readTree(response.body()), "token");
        } catch (IOException e) {
            found = "";
        }
        for (String cookie : response.headers().allValues("Set-Cookie")) {
            Matcher matcher = COOKIE.matcher(cookie);
            if (found.isEmpty() && matcher.find()) {
                found = matcher.group(1);
            }
        }
        if (found.isEmpty() || !found.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new DiscoveryException("no token in the answer (expected: {\"token\": …})");
        }
        return found;
    }

    @Override
    public String toString() {
        return "DcosLogin[" + account.uid() + "]";
    }
}
