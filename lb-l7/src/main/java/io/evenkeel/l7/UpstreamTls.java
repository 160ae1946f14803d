package io.evenkeel.l7;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * What speaks TLS with the endpoints of one backend, files and all. Immutable, and itself its identity: connections that
 * were made by another one are not reused.
 */
final class UpstreamTls {

    private static final ApplicationProtocolConfig HTTP2_ONLY = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);

    private final BackendTls options;
    private final Map<Path, String> stamps;
    private final SslContext context;
    private final SslContext http2;

    private UpstreamTls(BackendTls options, Map<Path, String> stamps, SslContext context, SslContext http2) {
        this.options = options;
        this.stamps = stamps;
        this.context = context;
        this.http2 = http2;
    }

    /**
     * Loads what the options name.
     *
     * @throws IllegalArgumentException if a file or the server's name cannot be read; the message names it
     */
    static UpstreamTls load(BackendTls options, TlsProvider provider) {
        Map<Path, String> stamps = CertificateFiles.stamps(files(options));
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .sslProvider(provider.netty())
                    .protocols(TlsOptions.DEFAULTS.protocols())
                    .trustManager(trust(options))
                    .endpointIdentificationAlgorithm(options.verify() ? "HTTPS" : null);
            if (options.certificate().isPresent()) {
                CertifiedKey own = CertifiedKey.parse(
                        CertificateFiles.read(options.certificate().get()));
                builder.keyManager(own.key(), own.chain());
            }
            options.serverName().ifPresent(SNIHostName::new); // throws if it is none
            SslContext context = builder.build();
            return new UpstreamTls(
                    options,
                    stamps,
                    context,
                    builder.applicationProtocolConfig(HTTP2_ONLY).build());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "TLS to endpoints: " + files(options) + ": " + e.getMessage()
                            + " (expected: readable PEM files and a host's name)",
                    e);
        }
    }

    private static List<Path> files(BackendTls options) {
        return Stream.concat(options.authorities().stream(), options.certificate().stream())
                .toList();
    }

    private static TrustManagerFactory trust(BackendTls options) throws IOException, GeneralSecurityException {
        if (!options.verify()) {
            return InsecureTrustManagerFactory.INSTANCE;
        }
        if (options.authorities().isPresent()) {
            return TlsContexts.trust(CertificateFiles.read(options.authorities().get()), null);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init((KeyStore) null);
        return factory;
    }

    /** Whether the files are not what they were. */
    boolean isOutdated() {
        return !stamps.isEmpty() && !CertificateFiles.stamps(files(options)).equals(stamps);
    }

    /** A handler for one connection to an endpoint. */
    SslHandler newHandler(ByteBufAllocator allocator, InetSocketAddress endpoint) {
        return newHandler(context, allocator, endpoint);
    }

    /** A handler for one connection of HTTP/2 to an endpoint; see {@link #isHttp2}. */
    SslHandler newHttp2Handler(ByteBufAllocator allocator, InetSocketAddress endpoint) {
        return newHandler(http2, allocator, endpoint);
    }

    /** Whether the endpoint has agreed to HTTP/2. */
    static boolean isHttp2(SslHandler handler) {
        return ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
    }

    private SslHandler newHandler(SslContext context, ByteBufAllocator allocator, InetSocketAddress endpoint) {
        String name = options.serverName().orElse(options.verify() ? endpoint.getHostString() : "");
        SslHandler handler = name.isEmpty()
                ? context.newHandler(allocator)
                : context.newHandler(allocator, name, endpoint.getPort());
        options.serverName().ifPresent(asked -> {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(asked)));
            handler.engine().setSSLParameters(parameters);
        });
        return handler;
    }
}
