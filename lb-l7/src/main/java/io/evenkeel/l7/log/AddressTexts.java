package io.evenkeel.l7.log;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Clients' addresses as text, remembered for as long as their connections are busy. Not thread-safe. */
final class AddressTexts {

    private static final int SIZE = 1024;

    private final @Nullable InetAddress[] known = new InetAddress[SIZE];
    private final byte[][] texts = new byte[SIZE][];

    /** The address without its port. */
    @SuppressWarnings("ReferenceEquality") // the same connection again, as a rule
    byte[] of(InetSocketAddress client) {
        InetAddress address = client.getAddress();
        if (address == null) {
            return client.getHostString().getBytes(StandardCharsets.US_ASCII);
        }
        int hash = System.identityHashCode(address);
        int place = (hash ^ (hash >>> 10)) & (SIZE - 1);
        if (known[place] != address) {
            known[place] = address;
            texts[place] = NetUtil.toAddressString(address).getBytes(StandardCharsets.US_ASCII);
        }
        return texts[place];
    }
}
