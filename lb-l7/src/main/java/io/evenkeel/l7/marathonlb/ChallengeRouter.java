package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.Client;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.Router;
import io.evenkeel.l7.http.RequestHead;

/**
 * Has one application answer the HTTP challenges of certificate authorities (RFC 8555, section 8.3), whatever the host, and
 * before any rule of the host. Immutable.
 */
final class ChallengeRouter implements Router {

    private static final PathPrefixes CHALLENGES = PathPrefixes.parse("/.well-known/acme-challenge/");

    private final Route application;
    private final Router others;

    ChallengeRouter(Route application, Router others) {
        this.application = application;
        this.others = others;
    }

    @Override
    public Route route(RequestHead request, Client client) {
        return CHALLENGES.matches(request) ? application : others.route(request, client);
    }
}
