package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.RequestHead;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A router some of whose routes are only for those who pass a guard. Immutable; safe for use by any thread. A request costs
 * one hash look-up more than with the router alone.
 */
public final class GuardedRouter implements Router {

    private final Router router;
    private final IdentityHashMap<Route, Guard> guards = new IdentityHashMap<>(); // never changed

    /**
     * A router.
     *
     * @param router knows where requests go
     * @param guards who guards which of its routes, by their identity
     */
    public GuardedRouter(Router router, Map<Route, Guard> guards) {
        this.router = requireNonNull(router, "router");
        guards.forEach(this.guards::put);
    }

    @Override
    public Route route(RequestHead request, Client client) {
        Route route = router.route(request, client);
        Guard guard = guards.get(route);
        if (guard == null) {
            return route;
        }
        return switch (guard.judge(request)) {
            case ALLOWED -> route;
            case DENIED -> guard.denial();
            case UNKNOWN -> guard.pending();
        };
    }
}
