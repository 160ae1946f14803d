package io.evenkeel.l7;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes Netty's TLS contexts of certified keys, all with the same options. Immutable. */
final class TlsContexts {

    /* The first is safe from quantum computers; the JDK has its own list. */
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256", "P-384"};

    private final TlsOptions options;
    private final @Nullable TrustManagerFactory trust;

    private TlsContexts(TlsOptions options, @Nullable TrustManagerFactory trust) {
        this.options = options;
        this.trust = trust;
    }

    /** A factory; the texts are the contents of the files that the options name. */
    static TlsContexts of(TlsOptions options, @Nullable String authorities, @Nullable String revoked)
            throws IOException, GeneralSecurityException {
        if (options.clients() == TlsOptions.ClientCertificates.NONE || authorities == null) {
            return new TlsContexts(options, null);
        }
        return new TlsContexts(options, trust(authorities, revoked));
    }

    /** What trusts the authorities of a PEM text, but for what the lists of another have revoked. */
    static TrustManagerFactory trust(String authorities, @Nullable String revoked)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        List<X509Certificate> trusted = CertifiedKey.certificates(authorities);
        if (trusted.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (revoked == null) {
            factory.init(store);
            return factory;
        }
        Collection<?> lists = CertificateFactory.getInstance("X.509")
                .generateCRLs(new ByteArrayInputStream(revoked.getBytes(StandardCharsets.ISO_8859_1)));
        if (lists.isEmpty()) {
            throw new CertificateException("no revocation list");
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        parameters.setRevocationEnabled(true);
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory;
    }

    SslContext context(CertifiedKey key) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(key.key(), key.chain())
                .sslProvider(options.provider().netty())
                .protocols(options.protocols())
                .ciphers(options.ciphers(), SupportedCipherSuiteFilter.INSTANCE)
                .clientAuth(
                        switch (options.clients()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        });
        if (trust != null) {
            builder.trustManager(trust);
        }
        if (options.provider().netty() == SslProvider.OPENSSL) {
            builder.option(OpenSslContextOption.GROUPS, GROUPS.clone());
        }
        if (!options.applicationProtocols().isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    options.applicationProtocols()));
        }
        return builder.build();
    }
}
