package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS with endpoints as health checks speak it: what {@link BackendTls} says, with its files. Thread-safe. Equal to one that
 * says the same, whatever is in the files.
 */
public final class CheckTls {

    private final BackendTls options;
    private final TlsProvider provider;
    private volatile @Nullable UpstreamTls loaded;

    /**
     * TLS whose files may not be there yet: nothing is read before the first {@link #refresh}, and until then checks fail.
     *
     * @param options whom to trust, whom to ask for, what to show
     * @param provider whose TLS is spoken
     */
    public CheckTls(BackendTls options, TlsProvider provider) {
        this.options = requireNonNull(options, "options");
        this.provider = requireNonNull(provider, "provider");
    }

    /**
     * TLS with its files.
     *
     * @param options whom to trust, whom to ask for, what to show
     * @param provider whose TLS is spoken
     * @return ready for checks
     * @throws IllegalArgumentException if files cannot be read
     */
    public static CheckTls load(BackendTls options, TlsProvider provider) {
        CheckTls tls = new CheckTls(options, provider);
        tls.refresh();
        return tls;
    }

    /**
     * Loads the files if they have not been, or have changed, for checks from now on. Reads them, so not for event loops.
     *
     * @throws IllegalArgumentException if they cannot be read; then nothing has changed
     */
    public synchronized void refresh() {
        UpstreamTls current = loaded;
        if (current == null || current.isOutdated()) {
            loaded = UpstreamTls.load(options, BackendProtocol.H2, provider);
        }
    }

    /** A handler for one connection; one for HTTP/2 asks the endpoint to agree to that. */
    SslHandler newHandler(ByteBufAllocator allocator, InetSocketAddress endpoint, boolean http2) throws SSLException {
        UpstreamTls tls = loaded;
        if (tls == null) {
            throw new SSLException("its files are not loaded");
        }
        return http2 ? tls.newHttp2Handler(allocator, endpoint) : tls.newHandler(allocator, endpoint);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CheckTls tls && tls.options.equals(options) && tls.provider == provider;
    }

    @Override
    public int hashCode() {
        return Objects.hash(options, provider);
    }

    @Override
    public String toString() {
        return "TLS";
    }
}
