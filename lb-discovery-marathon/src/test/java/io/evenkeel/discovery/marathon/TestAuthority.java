package io.evenkeel.discovery.marathon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority of a test, with the JDK's own {@code keytool}. */
final class TestAuthority {

    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final String name;

    TestAuthority(Path directory, String name) throws IOException {
        this.directory = directory;
        this.name = name;
        keytool(
                List.of("-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c"),
                store());
        export(store(), certificate(), null);
    }

    private Path store() {
        return directory.resolve(name + ".p12");
    }

    /** The authority's own certificate, in PEM. */
    Path certificate() {
        return directory.resolve(name + ".pem");
    }

    /** Makes a certificate: {@code host.pem} with its chain, and {@code host.key}. */
    void issue(String host, String alternativeName) throws IOException {
        Path store = directory.resolve(host + ".p12");
        Path request = directory.resolve(host + ".csr");
        Path issued = directory.resolve(host + ".crt");
        keytool(List.of("-genkeypair", "-alias", "own", "-keyalg", "RSA", "-dname", "CN=" + host), store);
        keytool(List.of("-certreq", "-alias", "own", "-file", request.toString()), store);
        List<String> command = new ArrayList<>(
                List.of("-gencert", "-alias", "own", "-infile", request.toString(), "-outfile", issued.toString()));
        command.addAll(List.of("-ext", "san=" + alternativeName));
        keytool(command, store());
        keytool(
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        "ca",
                        "-file",
                        certificate().toString()),
                store);
        keytool(List.of("-importcert", "-noprompt", "-alias", "own", "-file", issued.toString()), store);
        export(store, directory.resolve(host + ".pem"), directory.resolve(host + ".key"));
    }

    private static void export(Path store, Path certificate, Path key) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            StringBuilder chain = new StringBuilder();
            for (java.security.cert.Certificate one : keys.getCertificateChain("own")) {
                chain.append(PemKeyTest.pem("CERTIFICATE", one.getEncoded()));
            }
            Files.writeString(certificate, chain);
            if (key != null) {
                Files.writeString(
                        key,
                        PemKeyTest.pem(
                                "PRIVATE KEY",
                                keys.getKey("own", PASSWORD.toCharArray()).getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void keytool(List<String> arguments, Path store) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
