package io.evenkeel.l7.runner;

import io.evenkeel.l4.runner.AdminHandler;
import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which a request may change something: it comes from this machine, or brings the token. Immutable; safe for
 * use by any thread.
 *
 * <p>A browser is not to be made a tool of: what a page of another origin sends is refused, and without a token the host
 * must be {@code localhost} or a literal address, which no name that somebody points at this machine is. What a proxy has
 * passed on does not come from this machine, whatever the connection says.
 */
final class AdminAccess {

    private final Optional<AdminToken> token;

    AdminAccess(Optional<AdminToken> token) {
        this.token = token;
    }

    /**
     * A handler for those who may.
     *
     * @param handler changes something
     * @return answers 403 with the reason to all others
     */
    AdminHandler guard(AdminHandler handler) {
        return request -> {
            String why = refusal(request);
            return why == null ? handler.handle(request) : AdminResponse.text(403, why + "\n");
        };
    }

    /**
     * A handler that only reads, for those who may even read.
     *
     * @param handler changes nothing, or is guarded itself
     * @return answers 403 with the reason to all who neither ask from this machine nor bring the token
     */
    AdminHandler guardReading(AdminHandler handler) {
        return request -> {
            String why = refusalToRead(request);
            return why == null ? handler.handle(request) : AdminResponse.text(403, why + "\n");
        };
    }

    private @Nullable String refusalToRead(AdminRequest request) {
        String credentials = request.header("authorization");
        if (credentials != null) {
            return isToken(credentials) ? null : "Refused: the token is not the one of --admin-token-file";
        }
        if (!isLocal(request)) {
            return "Refused: other machines need the header \"Authorization: Bearer TOKEN\", and TOKEN as in the file of"
                    + " --admin-token-file";
        }
        String host = request.headers().getOrDefault("host", "");
        return isAddress(host) ? null : "Refused: host " + host + " (expected: localhost or an IP address)";
    }

    /** Why a request may not change anything; null if it may. */
    private @Nullable String refusal(AdminRequest request) {
        String host = request.headers().getOrDefault("host", "");
        String origin = request.header("origin");
        String site = request.headers().getOrDefault("sec-fetch-site", "none");
        if ((origin != null && !origin.equals("http://" + host))
                || !(site.equals("none") || site.equals("same-origin"))) {
            return "Refused: the request comes from a page of another origin";
        }
        boolean writes = request.method().equals("POST");
        String credentials = request.header("authorization");
        if (credentials != null) {
            if (!isToken(credentials)) {
                return "Refused: the token is not the one of --admin-token-file";
            }
            return writes || isLocal(request) ? null : "Refused: GET is allowed from this machine only; use POST";
        }
        if (!isLocal(request)) {
            return "Refused: from other machines this takes POST with \"Authorization: Bearer TOKEN\", and TOKEN as in"
                    + " the file of --admin-token-file";
        }
        return isAddress(host) ? null : "Refused: host " + host + " (expected: localhost or an IP address)";
    }

    private boolean isToken(String credentials) {
        return token.isPresent()
                && credentials.regionMatches(true, 0, AdminToken.SCHEME, 0, AdminToken.SCHEME.length())
                && token.orElseThrow()
                        .is(credentials.substring(AdminToken.SCHEME.length()).trim());
    }

    private static boolean isLocal(AdminRequest request) {
        InetAddress client = request.client();
        return client != null
                && client.isLoopbackAddress()
                && request.header("x-forwarded-for") == null
                && request.header("forwarded") == null;
    }

    private static boolean isAddress(String authority) {
        String host = authority.replaceFirst(":[0-9]*$", "");
        return host.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(host)
                || (host.startsWith("[") && NetUtil.isValidIpV6Address(host));
    }
}
