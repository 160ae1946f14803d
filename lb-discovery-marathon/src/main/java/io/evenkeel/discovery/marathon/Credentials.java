package io.evenkeel.discovery.marathon;

import java.nio.file.Path;

/**
 * How requests to Marathon say who asks. Immutable; the text form of none shows a secret.
 *
 * <p>Credentials go to the configured hosts, and to others only if they are trusted, never from https to http.
 */
public sealed interface Credentials permits BasicCredentials, CredentialFile, ServiceAccount {

    /**
     * A user and password for HTTP basic authentication.
     *
     * @param user the user
     * @param password the password
     * @return the credentials
     * @throws IllegalArgumentException if the user contains a colon, which basic authentication cannot express
     */
    static Credentials basic(String user, String password) {
        return new BasicCredentials(user, password);
    }

    /**
     * A user and password in a file whose first line is {@code user:password}. It is read again when it changes.
     *
     * @param file the file
     * @return the credentials
     * @throws IllegalArgumentException if the file cannot be read now or has no such line
     */
    static Credentials file(Path file) {
        CredentialFile credentials = new CredentialFile(file);
        credentials.read();
        return credentials;
    }

    /**
     * A service account of DC/OS, with which a token is got at a login endpoint, and again before it expires or when it is
     * refused.
     *
     * @param json an object with {@code uid}, {@code private_key} (PEM) and {@code login_endpoint}; {@code scheme}, if
     *     there, must be {@code RS256}
     * @return the credentials
     * @throws IllegalArgumentException if something is missing or cannot be understood; the message names it and shows no
     *     secret
     */
    static Credentials serviceAccount(String json) {
        return ServiceAccount.parse(json);
    }

    /**
     * What kind of credentials these are, for messages.
     *
     * @return a few words without any secret
     */
    String kind();
}
