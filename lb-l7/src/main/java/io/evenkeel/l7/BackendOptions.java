package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.rule.HeaderEdits;
import io.evenkeel.l7.rule.RequestRules;
import io.evenkeel.strategy.KeySource;
import org.jspecify.annotations.Nullable;

/**
 * What is done to requests and responses of a backend. Immutable.
 *
 * @param hsts whether responses carry Strict-Transport-Security
 * @param allowed who may use the backend at all
 * @param forwarded whether endpoints are told of the client by X-Forwarded-For, -Port and -Proto
 * @param rules which requests no endpoint gets, and what becomes of the fields of the others
 * @param responseEdits what becomes of the fields of responses
 * @param limits where they differ from the engine's
 * @param compression which responses are compressed
 * @param key what the key is made from by which hashing and sticky strategies choose
 * @param rootRedirect where those go who ask for the root
 * @param prefixStrip what is taken from paths
 * @param locationRewrite what becomes of redirects
 * @param sticky what keeps clients with their endpoints
 * @param tls how endpoints are spoken to over TLS, if they are
 * @param policy what stands between requests and endpoints
 */
public record BackendOptions(
        boolean hsts,
        AllowedNetworks allowed,
        boolean forwarded,
        RequestRules rules,
        HeaderEdits responseEdits,
        BackendLimits limits,
        @Nullable Compression compression,
        KeySource key,
        @Nullable RootRedirect rootRedirect,
        @Nullable PrefixStrip prefixStrip,
        @Nullable LocationRewrite locationRewrite,
        @Nullable StickyCookie sticky,
        @Nullable BackendTls tls,
        BackendPolicy policy) {

    /** Nothing is done, and everybody may. */
    public static final BackendOptions NONE = builder().build();

    /** Nothing may be absent. */
    public BackendOptions {
        requireNonNull(allowed, "allowed");
        requireNonNull(rules, "rules");
        requireNonNull(responseEdits, "responseEdits");
        requireNonNull(limits, "limits");
        requireNonNull(key, "key");
        requireNonNull(policy, "policy");
        if (policy.protocol() == BackendProtocol.H2 && tls == null) {
            throw new IllegalArgumentException("protocol: H2 (expected: TLS with it)");
        }
        if (policy.protocol() == BackendProtocol.H2C && tls != null) {
            throw new IllegalArgumentException("protocol: H2C (expected: no TLS with it)");
        }
    }

    /**
     * The same with another policy.
     *
     * @param newPolicy what stands between requests and endpoints
     * @return the changed copy
     */
    public BackendOptions withPolicy(BackendPolicy newPolicy) {
        return new BackendOptions(
                hsts,
                allowed,
                forwarded,
                rules,
                responseEdits,
                limits,
                compression,
                key,
                rootRedirect,
                prefixStrip,
                locationRewrite,
                sticky,
                tls,
                newPolicy);
    }

    /** Starts from {@link #NONE}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private boolean hsts;
        private AllowedNetworks allowed = AllowedNetworks.ALL;
        private boolean forwarded = true;
        private RequestRules rules = RequestRules.NONE;
        private HeaderEdits responseEdits = HeaderEdits.NONE;
        private BackendLimits limits = BackendLimits.NONE;
        private @Nullable Compression compression;
        private KeySource key = KeySource.NONE;
        private @Nullable RootRedirect rootRedirect;
        private @Nullable PrefixStrip prefixStrip;
        private @Nullable LocationRewrite locationRewrite;
        private @Nullable StickyCookie sticky;
        private @Nullable BackendTls tls;
        private BackendPolicy policy = BackendPolicy.NONE;

        private Builder() {}

        /**
         * Responses carry Strict-Transport-Security.
         *
         * @param enabled whether they do
         * @return this
         */
        public Builder hsts(boolean enabled) {
            hsts = enabled;
            return this;
        }

        /**
         * Everybody else gets 403.
         *
         * @param networks who may use the backend
         * @return this
         */
        public Builder allowed(AllowedNetworks networks) {
            allowed = requireNonNull(networks, "networks");
            return this;
        }

        /**
         * Endpoints are told of the client.
         *
         * @param enabled whether they are
         * @return this
         */
        public Builder forwarded(boolean enabled) {
            forwarded = enabled;
            return this;
        }

        /**
         * Which requests no endpoint gets, and what becomes of the fields of the others.
         *
         * @param newRules the rules
         * @return this
         */
        public Builder rules(RequestRules newRules) {
            rules = requireNonNull(newRules, "rules");
            return this;
        }

        /**
         * What becomes of the fields of responses.
         *
         * @param edits the edits
         * @return this
         */
        public Builder responseEdits(HeaderEdits edits) {
            responseEdits = requireNonNull(edits, "edits");
            return this;
        }

        /**
         * Where limits differ from the engine's.
         *
         * @param newLimits the limits
         * @return this
         */
        public Builder limits(BackendLimits newLimits) {
            limits = requireNonNull(newLimits, "limits");
            return this;
        }

        /**
         * Responses are compressed.
         *
         * @param newCompression which
         * @return this
         */
        public Builder compression(Compression newCompression) {
            compression = requireNonNull(newCompression, "compression");
            return this;
        }

        /**
         * What hashing and sticky strategies choose by.
         *
         * @param source what the key is made from
         * @return this
         */
        public Builder key(KeySource source) {
            key = requireNonNull(source, "source");
            return this;
        }

        /**
         * Requests for the root are redirected.
         *
         * @param redirect where to
         * @return this
         */
        public Builder rootRedirect(RootRedirect redirect) {
            rootRedirect = requireNonNull(redirect, "redirect");
            return this;
        }

        /**
         * Paths lose a prefix before the backend sees them.
         *
         * @param strip which
         * @return this
         */
        public Builder prefixStrip(PrefixStrip strip) {
            prefixStrip = requireNonNull(strip, "strip");
            return this;
        }

        /**
         * Redirects of the backend point elsewhere.
         *
         * @param rewrite where to
         * @return this
         */
        public Builder locationRewrite(LocationRewrite rewrite) {
            locationRewrite = requireNonNull(rewrite, "rewrite");
            return this;
        }

        /**
         * Clients stay with the endpoint they were sent to first.
         *
         * @param cookie what tells them apart
         * @return this
         */
        public Builder sticky(StickyCookie cookie) {
            sticky = requireNonNull(cookie, "cookie");
            return this;
        }

        /**
         * Endpoints are spoken to over TLS.
         *
         * @param how with whom
         * @return this
         */
        public Builder tls(BackendTls how) {
            tls = requireNonNull(how, "how");
            return this;
        }

        /**
         * What stands between requests and endpoints.
         *
         * @param newPolicy the policy
         * @return this
         */
        public Builder policy(BackendPolicy newPolicy) {
            policy = requireNonNull(newPolicy, "policy");
            return this;
        }

        /** The options. */
        public BackendOptions build() {
            return new BackendOptions(
                    hsts,
                    allowed,
                    forwarded,
                    rules,
                    responseEdits,
                    limits,
                    compression,
                    key,
                    rootRedirect,
                    prefixStrip,
                    locationRewrite,
                    sticky,
                    tls,
                    policy);
        }
    }
}
