package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * See {@link Credentials#serviceAccount}.
 *
 * @param uid the account
 * @param key what it signs with
 * @param loginEndpoint where tokens are given out
 */
record ServiceAccount(String uid, PrivateKey key, URI loginEndpoint) implements Credentials {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOGIN_SECONDS = 60;
    private static final long TOKEN_SECONDS = 3600;

    static ServiceAccount parse(String json) {
        JsonNode account;
        try {
            account = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "service account: no JSON (expected: {\"uid\", \"private_key\", \"login_endpoint\"})"); // cause: a
            // secret
        }
        String scheme = Json.text(account, "scheme");
        if (!scheme.isEmpty() && !scheme.equals("RS256")) {
            throw new IllegalArgumentException("scheme: " + scheme + " (expected: RS256)");
        }
        PrivateKey key = PemKey.parse("private_key", required(account, "private_key"));
        if (!key.getAlgorithm().equals("RSA")) {
            throw new IllegalArgumentException("private_key: " + key.getAlgorithm() + " (expected: RSA)");
        }
        return new ServiceAccount(required(account, "uid"), key, endpoint(required(account, "login_endpoint")));
    }

    private static String required(JsonNode account, String field) {
        String value = Json.text(account, field);
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    field + ": missing (expected: {\"uid\", \"private_key\", \"login_endpoint\"})");
        }
        return value;
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("login_endpoint: not a URL (expected: https://host/path)", e);
        }
        throw new IllegalArgumentException("login_endpoint: not a URL of http or https (expected: https://host/path)");
    }

    /** What is sent to the login endpoint: the account, and the account and a moment that is soon, signed (RFC 7519). */
    byte[] login(Instant now) throws GeneralSecurityException {
        String header = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
        String claims = JSON.createObjectNode()
                .put("uid", uid)
                .put("exp", now.getEpochSecond() + LOGIN_SECONDS)
                .toString();
        String signed = header + "." + encode(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        String token = signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        return JSON.createObjectNode()
                .put("uid", uid)
                .put("token", token)
                .put("exp", now.getEpochSecond() + TOKEN_SECONDS)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** When a token that was given out ends: what it says itself, or what was asked for. */
    static Instant expiry(String token, Instant now) {
        String[] parts = token.split("\\.", -1);
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts.length == 3 ? parts[1] : ""));
            long seconds = claims == null ? 0 : claims.path("exp").asLong();
            return seconds > 0 ? Instant.ofEpochSecond(seconds) : now.plusSeconds(TOKEN_SECONDS);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return now.plusSeconds(TOKEN_SECONDS);
        }
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String kind() {
        return "service account " + uid;
    }

    @Override
    public String toString() {
        return "Credentials[" + uid + " at " + loginEndpoint + "]";
    }
}
