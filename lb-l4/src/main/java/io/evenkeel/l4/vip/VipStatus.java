package io.evenkeel.l4.vip;

import static java.util.Objects.requireNonNull;

import io.evenkeel.vip.VirtualIp;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a data plane is doing with one VIP.
 *
 * @param vip the VIP
 * @param address where clients reach it, or null if they cannot be given an address
 * @param failure why it is not served, or null if it is
 */
public record VipStatus(
        VirtualIp vip,
        @Nullable InetSocketAddress address,
        @Nullable String failure) {

    /** Checks for nulls. */
    public VipStatus {
        requireNonNull(vip, "vip");
    }

    /**
     * Whether clients can connect to it.
     *
     * @return true if it is served
     */
    public boolean served() {
        return failure == null;
    }
}
