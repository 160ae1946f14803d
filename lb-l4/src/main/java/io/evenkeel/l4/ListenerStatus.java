package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Locale;
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

    /**
     * What messages call the listener.
     *
     * @return the port if it is wanted on all addresses, address and port otherwise
     */
    public String name() {
        if (wanted.isUnresolved()) {
            return wanted.getHostString() + ":" + wanted.getPort();
        }
        return wanted.getAddress().isAnyLocalAddress()
                ? "port " + wanted.getPort()
                : wanted.getAddress().getHostAddress() + ":" + wanted.getPort();
    }

    /**
     * Why a listener could not be opened: the system's words without the call and error number that a native transport
     * puts before them.
     *
     * @param cause what binding failed with
     * @return for instance {@code address already in use}
     */
    public static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String text = message.substring(message.lastIndexOf(": ") < 0 ? 0 : message.lastIndexOf(": ") + 2)
                .toLowerCase(Locale.ROOT);
        return text.contains("cannot assign requested address") ? "not an address of this machine" : text;
    }
}
