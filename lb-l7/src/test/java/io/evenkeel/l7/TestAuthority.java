package io.evenkeel.l7;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A certificate authority for tests, and clients that show its certificates and trust everybody. */
public final class TestAuthority {

    private static final char[] PASSWORD = {};

    private final String name;
    private final CertifiedKey root;

    public TestAuthority(String name) throws GeneralSecurityException {
        this.name = name;
        KeyPair pair = SelfSigned.newPair();
        byte[] isAuthority = {0x01, 0x01, (byte) 0xFF};
        byte[] basicConstraints = Der.of(
                Der.SEQUENCE,
                Der.oid(0x55, 0x1D, 0x13),
                isAuthority, // critical, too
                Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, isAuthority)));
        this.root = new CertifiedKey(
                pair.getPrivate(),
                List.of(SelfSigned.issue(
                        name, pair.getPublic(), name, pair.getPrivate(), Instant.now(), basicConstraints)));
    }

    /** Writes the authority's own certificate. */
    public Path certificate(Path file) throws IOException, GeneralSecurityException {
        return Files.writeString(file, pem("CERTIFICATE", root.chain().get(0).getEncoded()));
    }

    /** Writes a new key with a certificate of this authority for a common name. */
    public Path issue(Path file, String commonName) throws IOException, GeneralSecurityException {
        KeyPair pair = SelfSigned.newPair();
        X509Certificate certificate = SelfSigned.issue(commonName, pair.getPublic(), name, root.key(), Instant.now());
        return Files.writeString(
                file,
                pem("CERTIFICATE", certificate.getEncoded())
                        + pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    static String pem(String what, byte[] content) {
        return PemBlocks.write(what, content);
    }

    /** A client that asks for a server name, or for none if it is empty, and shows the certificate of a file, if any. */
    public static SSLSocket client(InetSocketAddress server, String serverName, Path own)
            throws IOException, GeneralSecurityException {
        SSLContext context = context(own, new TrustEverybody());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(server.getAddress(), server.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(Wire.PATIENCE_MILLIS);
        return socket;
    }

    /** A client over a connection that is there already. */
    public static SSLSocket over(Socket connection) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverybody()}, null);
        return (SSLSocket) context.getSocketFactory().createSocket(connection, "", connection.getPort(), true);
    }

    /** The same without a certificate. */
    public static SSLSocket client(InetSocketAddress server, String serverName)
            throws IOException, GeneralSecurityException {
        return client(server, serverName, null);
    }

    /** What a server that shows the certificate of a file speaks TLS with. */
    public static SSLContext server(Path own) throws IOException, GeneralSecurityException {
        return context(own, new TrustEverybody());
    }

    /** The same, for a server that demands a certificate of this authority. */
    public SSLContext demandingServer(Path own) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", root.chain().get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return context(own, trust.getTrustManagers()[0]);
    }

    private static SSLContext context(Path own, TrustManager trust) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (own != null) {
            CertifiedKey key = CertifiedKey.parse(Files.readString(own));
            store.setKeyEntry("own", key.key(), PASSWORD, key.chain().toArray(Certificate[]::new));
        }
        keys.init(store, PASSWORD);
        context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
        return context;
    }

    /** The common name that a server shows. */
    public static String shown(SSLSocket socket) throws IOException {
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName().substring("CN=".length());
    }

    private static final class TrustEverybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
