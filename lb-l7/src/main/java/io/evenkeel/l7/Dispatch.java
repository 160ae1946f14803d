package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Verdict;
import org.jspecify.annotations.Nullable;

/** Carries out where a request goes, whatever version of HTTP it came by: to its backend, or an answer is given here. */
final class Dispatch {

    private Dispatch() {}

    /**
     * Has a client served or answered.
     *
     * @param route where the request goes; it is known by now
     * @param request the request
     * @param client who sent it
     * @param frontend counts what is answered here
     */
    static void dispatch(Route route, RequestHead request, Downstream client, HttpStats frontend) {
        if (route instanceof Route.To to) {
            dispatch(to.backend(), request, client, frontend);
        } else if (route instanceof Route.ToHttps) {
            redirect(Route.ToHttps.location(request), request, client, frontend);
        } else if (route instanceof Route.Answer answer) {
            answer(null, answer.verdict(), request, client, frontend);
        } else if (route instanceof Route.Challenge challenge) {
            frontend.deny();
            client.count(401);
            client.challenge(challenge.realm(), request.isHead());
        } else {
            client.replyError(route instanceof Route.Reply reply ? reply.status() : 503, request.isHead());
        }
    }

    private static void dispatch(HttpBackend named, RequestHead request, Downstream client, HttpStats frontend) {
        BackendTerms terms = named.terms();
        if (isAnswered(named, terms, request, client, frontend)) {
            return;
        }
        HttpBackend backend = named;
        Split split = named.split();
        HttpBackend other = split == null ? null : share(named, split, request);
        if (other != null) {
            terms = other.terms();
            if (isAnswered(other, terms, request, client, frontend)) {
                return;
            }
            backend = other;
        }
        Gate gate = terms.gate();
        if (gate == null || gate.admits(backend, request, client, frontend)) {
            client.serve(backend, terms, request);
        }
    }

    /* Whoever is with an endpoint already, by its cookie, stays there, whichever backend's it is. */
    private static @Nullable HttpBackend share(HttpBackend named, Split split, RequestHead request) {
        if (named.isOwnerOf(request)) {
            return null;
        }
        HttpBackend owner = split.owner(request);
        return owner == null ? split.next() : owner;
    }

    /** Whether a backend's labels have answered for it. */
    private static boolean isAnswered(
            HttpBackend backend, BackendTerms terms, RequestHead request, Downstream client, HttpStats frontend) {
        client.record().to(backend);
        if (!terms.allows(client.peer().address()) || isUnwanted(terms.options(), request)) {
            frontend.deny();
            backend.stats().deny();
            backend.reply(client, 403, request.isHead(), 0);
            return true;
        }
        Verdict verdict = terms.options().rules().verdict(request, client.peer());
        if (verdict != null) {
            if (!(verdict instanceof Verdict.Redirect)) {
                backend.stats().deny();
            }
            answer(backend, verdict, request, client, frontend);
            return true;
        }
        RootRedirect root = terms.options().rootRedirect();
        if (root != null && root.applies(request)) {
            backend.stats().response(301);
            redirect(root.location(), request, client, frontend);
            return true;
        }
        return false;
    }

    private static boolean isUnwanted(BackendOptions options, RequestHead request) {
        return request.isWebSocketUpgrade() && !options.policy().webSockets();
    }

    private static void redirect(String location, RequestHead request, Downstream client, HttpStats frontend) {
        answer(null, new Verdict.Redirect(301, Format.of(location), ""), request, client, frontend);
    }

    private static void answer(
            @Nullable HttpBackend backend,
            Verdict verdict,
            RequestHead request,
            Downstream client,
            HttpStats frontend) {
        if (verdict instanceof Verdict.Redirect redirect) {
            frontend.intercept();
            client.count(redirect.status());
            client.redirect(redirect, request);
            return;
        }
        frontend.deny();
        if (verdict instanceof Verdict.Deny deny && backend != null) {
            backend.reply(client, deny.status(), request.isHead(), 0);
        } else if (verdict instanceof Verdict.Deny deny) {
            client.replyError(deny.status(), request.isHead());
        } else {
            client.drop();
        }
    }
}
