package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.Client;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.Router;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import java.util.Arrays;

/**
 * Has one application answer the HTTP challenges of certificate authorities (RFC 8555, section 8.3), whatever the host, and
 * before any rule of the host and any password. Immutable.
 */
final class ChallengeRouter implements Router {

    private static final byte[] CHALLENGES = Bytes.of("/.well-known/acme-challenge/");

    private final Route application;
    private final Router others;

    ChallengeRouter(Route application, Router others) {
        this.application = application;
        this.others = others;
    }

    @Override
    public Route route(RequestHead request, Client client) {
        return isChallenge(request.bytes(), request.pathStart(), request.pathEnd())
                ? application
                : others.route(request, client);
    }

    /** Whether a path is that of a challenge. */
    static boolean isChallenge(String path) {
        byte[] bytes = Bytes.of(path);
        return isChallenge(bytes, 0, bytes.length);
    }

    /* Nothing but the path and a token: what else the application serves is none of everybody's business. */
    private static boolean isChallenge(byte[] b, int start, int end) {
        int token = start + CHALLENGES.length;
        if (token >= end || !Arrays.equals(b, start, token, CHALLENGES, 0, CHALLENGES.length)) {
            return false;
        }
        for (int i = token; i < end; i++) {
            boolean base64url = (b[i] >= 'a' && b[i] <= 'z')
                    || (b[i] >= 'A' && b[i] <= 'Z')
                    || (b[i] >= '0' && b[i] <= '9')
                    || b[i] == '-'
                    || b[i] == '_';
            if (!base64url) {
                return false;
            }
        }
        return true;
    }
}
