package io.evenkeel.l7;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.Field;
import io.evenkeel.l7.http.RequestHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords and remembers the verdicts. Thread-safe.
 *
 * <p>Checking is slow on purpose, and how slow is up to who made the hash: so it happens on threads of its own, which end
 * when there is nothing to do, by turns of those whose passwords they are; what waits for that is bounded for each of them. A verdict is remembered by a salted digest of what was sent: no password is kept.
 */
final class Credentials {

    private static final int MAX_WAITING = 64;
    private static final int THREADS = 2;
    private static final byte[] BASIC = Bytes.of("basic ");
    private static final Base64.Decoder BASE64 = Base64.getDecoder();

    private final byte[] salt = new byte[16];
    private final Cache<ByteBuffer, Boolean> verdicts = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build();
    private final Turns checking;

    Credentials() {
        new SecureRandom().nextBytes(salt);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Credentials::thread);
        threads.allowCoreThreadTimeOut(true);
        checking = new Turns(threads, MAX_WAITING);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "evenkeel-passwords");
        thread.setDaemon(true);
        return thread;
    }

    /** Lets those pass who know the password; checks of one owner's passwords do not hold up those of another's. */
    Guard guard(BasicAuth auth, String owner) {
        return new PasswordGuard(auth, owner);
    }

    private final class PasswordGuard implements Guard {

        private final BasicAuth auth;
        private final String owner;
        private final byte[] user;
        private final Route denial;
        private final Route pending = new Route.Pending(this);

        PasswordGuard(BasicAuth auth, String owner) {
            this.auth = auth;
            this.owner = owner;
            this.user = (auth.user() + ":").getBytes(StandardCharsets.UTF_8);
            this.denial = new Route.Challenge(auth.realm());
        }

        @Override
        public Verdict judge(RequestHead request) {
            byte[] password = password(request);
            if (password == null) {
                return Verdict.DENIED;
            }
            Boolean known = verdicts.getIfPresent(digest(password));
            return known == null ? Verdict.UNKNOWN : known ? Verdict.ALLOWED : Verdict.DENIED;
        }

        @Override
        public CompletionStage<Void> judgeSlowly(RequestHead request) {
            byte[] password = password(request);
            if (password == null) {
                return CompletableFuture.completedFuture(null);
            }
            try {
                return CompletableFuture.runAsync(() -> check(password), work -> checking.execute(owner, work));
            } catch (RejectedExecutionException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void check(byte[] password) {
            ByteBuffer digest = digest(password);
            if (verdicts.getIfPresent(digest) == null) { // many may have waited for the same
                verdicts.put(digest, auth.password().isOf(password));
            }
        }

        /** The password, if the right user sent one. */
        private byte @Nullable [] password(RequestHead request) {
            int field = request.find(Field.AUTHORIZATION);
            if (field < 0) {
                return null;
            }
            int start = request.valueStart(field);
            int end = request.valueEnd(field);
            int at = start + BASIC.length;
            if (at > end || !Bytes.is(request.bytes(), start, at, BASIC)) {
                return null;
            }
            byte[] decoded;
            try {
                decoded = BASE64.decode(new String(request.bytes(), at, end - at, StandardCharsets.ISO_8859_1).strip());
            } catch (IllegalArgumentException e) {
                return null;
            }
            boolean right =
                    decoded.length >= user.length && MessageDigest.isEqual(Arrays.copyOf(decoded, user.length), user);
            return right ? Arrays.copyOfRange(decoded, user.length, decoded.length) : null;
        }

        private ByteBuffer digest(byte[] password) {
            try {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                sha256.update(salt);
                sha256.update(auth.password().bytes());
                return ByteBuffer.wrap(sha256.digest(password));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        @Override
        public Route denial() {
            return denial;
        }

        @Override
        public Route pending() {
            return pending;
        }
    }
}
