package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Self-signed certificates, made by the JDK's own {@code keytool}, as PEM files with their keys. */
public final class TestCertificates {

    private static final String PASSWORD = "changeit";

    private TestCertificates() {}

    /** A certificate without alternative names, only for a common name. */
    public static Path withoutNames(Path file, String commonName) throws IOException {
        return make(file, commonName, List.of());
    }

    /** A certificate whose common name is the file's, for these hosts. */
    public static Path forHosts(Path file, String... hosts) throws IOException {
        List<String> names = new ArrayList<>();
        for (String host : hosts) {
            names.add("dns:" + host);
        }
        return make(file, file.getFileName().toString(), List.of("-ext", "san=" + String.join(",", names)));
    }

    private static Path make(Path file, String commonName, List<String> extensions) throws IOException {
        Path store = file.resolveSibling(file.getFileName() + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + commonName,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
        command.addAll(extensions);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            Files.writeString(
                    file,
                    pem("CERTIFICATE", keys.getCertificate("test").getEncoded())
                            + pem(
                                    "PRIVATE KEY",
                                    keys.getKey("test", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(output, e);
        }
        Files.delete(store);
        return file;
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }
}
