package io.evenkeel.l7;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Whose implementation of TLS is used. */
public enum TlsProvider {
    /** BoringSSL where {@code netty-tcnative} is on the class path and runs on this machine, else the JDK. */
    AUTO,
    /** BoringSSL by {@code netty-tcnative}. */
    OPENSSL,
    /** The JDK. */
    JDK;

    /**
     * Whether it can be used here.
     *
     * @return true but for BoringSSL where it does not run
     */
    public boolean isAvailable() {
        return this != OPENSSL || OpenSsl.isAvailable();
    }

    SslProvider netty() {
        return this == JDK || !OpenSsl.isAvailable() ? SslProvider.JDK : SslProvider.OPENSSL;
    }
}
