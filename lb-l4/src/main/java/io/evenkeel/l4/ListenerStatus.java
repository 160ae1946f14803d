package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How one wanted listener is doing.
 *
 * @param wanted the address that was asked for
 * @param bound where it listens, or null while it does not
 * @param failure why the last attempt to open it failed, or null if none did
 */
public record ListenerStatus(
        InetSocketAddress wanted,
        @Nullable InetSocketAddress bound,
        @Nullable String failure) {

    /** Checks for nulls. */
    public ListenerStatus {
        requireNonNull(wanted, "wanted");
    }

    /**
     * Whether connections are accepted.
     *
     * @return true if the listener is bound
     */
    public boolean open() {
        return bound != null;
    }
}
