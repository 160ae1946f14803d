package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Verdict;

/** Where a request goes. Immutable; made with the route table, not with the request. */
public sealed interface Route {

    /** No route: 503, as HAProxy answers where no backend is chosen. */
    Route NONE = new Reply(503);

    /** To the same place over TLS. */
    Route TO_HTTPS = new ToHttps();

    /** To one endpoint of a backend. */
    record To(HttpBackend backend) implements Route {}

    /** Not known yet: the guard has to think about it, and then the request is routed again. */
    record Pending(Guard guard) implements Route {}

    /** Nowhere: the client is asked who it is, with 401. */
    record Challenge(String realm) implements Route {}

    /** Nowhere: an answer of our own, after which the connection is closed. */
    record Reply(int status) implements Route {}

    /** Nowhere: what the rules of a virtual host say. */
    record Answer(Verdict verdict) implements Route {}

    /** Nowhere: the client is sent to the same place over TLS, with 301. */
    record ToHttps() implements Route {

        /** The place, from the request. */
        static String location(RequestHead request) {
            String path = request.path();
            return "https://" + request.host() + (path.startsWith("/") ? path : "/" + path);
        }
    }
}
