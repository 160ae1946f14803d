package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.strategy.KeySource;

/**
 * What is done to requests and responses of a backend. Immutable.
 *
 * @param hsts whether responses carry Strict-Transport-Security
 * @param allowed who may use the backend at all
 * @param key what the key is made from by which hashing and sticky strategies choose
 */
public record BackendOptions(boolean hsts, AllowedNetworks allowed, KeySource key) {

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

        /** The options. */
        public BackendOptions build() {
            return new BackendOptions(hsts, allowed, key);
        }
    }
}
