package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.Arrays;
import java.util.Objects;

/**
 * What is known of one use before an endpoint is chosen for it: the key that it goes by, if it has one, and which endpoints
 * were tried already.
 *
 * <p>{@link #none()} is shared and immutable, so a first pick allocates nothing; a retry takes a context of its own.
 * A context of one's own is used by one thread at a time.
 */
public final class PickContext {

    private static final EndpointStats[] NOBODY = {};
    private static final PickContext NONE = new PickContext(true);

    private final boolean shared;
    private EndpointStats[] tried = NOBODY;
    private long key;
    private boolean keyed;

    private PickContext(boolean shared) {
        this.shared = shared;
    }

    /**
     * The context of a first try about which nothing is known.
     *
     * @return the shared context
     */
    public static PickContext none() {
        return NONE;
    }

    /**
     * A context that can remember what was tried.
     *
     * @return a new context
     */
    public static PickContext create() {
        return new PickContext(false);
    }

    /**
     * Sets the key by which hashing and sticky strategies choose. A context may be used again with another key.
     *
     * @param hash 64 well-mixed bits
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext key(long hash) {
        own();
        key = hash;
        keyed = true;
        return this;
    }

    /**
     * Sets the key by which hashing and sticky strategies choose, by its hash. Allocates nothing.
     *
     * @param text a user's name, a session, a path
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext key(CharSequence text) {
        return key(Hashes.of(text));
    }

    /**
     * Sets the key by which hashing and sticky strategies choose, by its hash. Allocates nothing.
     *
     * @param bytes an address, say
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext key(byte[] bytes) {
        return key(Hashes.of(bytes));
    }

    /**
     * Sets the key by which hashing and sticky strategies choose, by its hash. Allocates nothing.
     *
     * @param bytes a message, say
     * @param from where the key begins in there
     * @param to where it ends
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext key(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        return key(Hashes.of(bytes, from, to));
    }

    /**
     * Forgets everything, to be used again.
     *
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext clear() {
        key(0);
        keyed = false;
        return retryAll();
    }

    /**
     * Forgets what was tried, but not the key.
     *
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext retryAll() {
        own();
        tried = NOBODY;
        return this;
    }

    /**
     * Whether there is a key. A use without one is sent to any endpoint by strategies that want it.
     *
     * @return true if a key was set
     */
    public boolean hasKey() {
        return keyed;
    }

    /**
     * The key's hash.
     *
     * @return 64 bits; 0 if there is no key
     */
    public long key() {
        return key;
    }

    /**
     * A context of one's own with the same key and the same exclusions.
     *
     * @return a new context
     */
    public PickContext copy() {
        PickContext copy = new PickContext(false);
        copy.key = key;
        copy.keyed = keyed;
        copy.tried = tried;
        return copy;
    }

    private void own() {
        if (shared) {
            throw new IllegalStateException("PickContext.none() is shared (expected: PickContext.create())");
        }
    }

    /**
     * Remembers that an endpoint was tried, so that the next pick avoids it.
     *
     * @param endpoint the one that failed
     * @return this
     * @throws IllegalStateException on the shared context
     */
    public PickContext exclude(EndpointStats endpoint) {
        own();
        tried = Arrays.copyOf(tried, tried.length + 1);
        tried[tried.length - 1] = endpoint;
        return this;
    }

    /**
     * Whether an endpoint was tried already.
     *
     * @param endpoint the candidate
     * @return true if it is to be avoided
     */
    public boolean excludes(EndpointStats endpoint) {
        for (EndpointStats one : tried) {
            if (one == endpoint) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many endpoints were tried.
     *
     * @return 0 on a first try
     */
    public int triedCount() {
        return tried.length;
    }
}
