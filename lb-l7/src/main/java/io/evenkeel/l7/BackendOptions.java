package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.strategy.KeySource;
import org.jspecify.annotations.Nullable;

/**
 * What is done to requests and responses of a backend. Immutable.
 *
 * @param hsts whether responses carry Strict-Transport-Security
 * @param allowed who may use the backend at all
 * @param key what the key is made from by which hashing and sticky strategies choose
 * @param rootRedirect where those go who ask for the root
 * @param prefixStrip what is taken from paths
 * @param locationRewrite what becomes of redirects
 * @param sticky what keeps clients with their endpoints
 * @param tls how endpoints are spoken to over TLS, if they are
 */
public record BackendOptions(
        boolean hsts,
        AllowedNetworks allowed,
        KeySource key,
        @Nullable RootRedirect rootRedirect,
        @Nullable PrefixStrip prefixStrip,
        @Nullable LocationRewrite locationRewrite,
        @Nullable StickyCookie sticky,
        @Nullable BackendTls tls) {

    /** Nothing is done, and everybody may. */
    public static final BackendOptions NONE = builder().build();

    /** Nothing may be absent. */
    public BackendOptions {
        requireNonNull(allowed, "allowed");
        requireNonNull(key, "key");
    }

    /** Starts from {@link #NONE}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private boolean hsts;
        private AllowedNetworks allowed = AllowedNetworks.ALL;
        private KeySource key = KeySource.NONE;
        private @Nullable RootRedirect rootRedirect;
        private @Nullable PrefixStrip prefixStrip;
        private @Nullable LocationRewrite locationRewrite;
        private @Nullable StickyCookie sticky;
        private @Nullable BackendTls tls;

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

        /** The options. */
        public BackendOptions build() {
            return new BackendOptions(hsts, allowed, key, rootRedirect, prefixStrip, locationRewrite, sticky, tls);
        }
    }
}
