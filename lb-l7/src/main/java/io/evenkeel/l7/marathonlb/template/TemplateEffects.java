package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.Compression;
import io.evenkeel.l7.rule.HeaderEdits;
import io.evenkeel.l7.rule.RequestRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the templates of one port ask for beyond what marathon-lb's own do. Immutable.
 *
 * @param balance the algorithm, in place of the label's
 * @param forwarded whether endpoints are told of the client as marathon-lb's own template does; else the rules do that
 * @param hsts whether marathon-lb's own header goes with responses, if the label wants it
 * @param allowedByLabel whether the label's list of networks counts as marathon-lb's own templates make it
 * @param sticky whether servers have cookies, if the label wants sticky sessions
 * @param rootRedirect whether the label's redirect of the root is done as marathon-lb's own template does it
 * @param rules which requests are refused, and how fields of the others are edited; in mode tcp, which connections
 * @param responseEdits how fields of responses are edited
 * @param limits where they differ from the engine's
 * @param maxConnections how many requests each endpoint takes at once, if there is a limit; others wait
 * @param queueTimeout how long they wait, if a template says so
 * @param slowStart within which time new endpoints come to their whole share, if a template says so
 * @param tls how connections to endpoints are encrypted, if they are
 * @param compression which responses are compressed
 * @param cookie the cookie of sticky sessions
 * @param check how endpoints are checked
 * @param plain the rules for the virtual hosts, in place of the labels'
 * @param secure the same over TLS
 */
public record TemplateEffects(
        Optional<String> balance,
        boolean forwarded,
        boolean hsts,
        boolean allowedByLabel,
        boolean sticky,
        boolean rootRedirect,
        RequestRules rules,
        HeaderEdits responseEdits,
        BackendLimits limits,
        OptionalInt maxConnections,
        Optional<Duration> queueTimeout,
        Optional<Duration> slowStart,
        Optional<BackendTls> tls,
        Optional<Compression> compression,
        Optional<CookieOptions> cookie,
        CheckOptions check,
        Optional<List<HostRule>> plain,
        Optional<List<HostRule>> secure) {

    /** They ask for nothing more. */
    public static final TemplateEffects NONE = new TemplateEffects(
            Optional.empty(),
            true,
            true,
            true,
            true,
            true,
            RequestRules.NONE,
            HeaderEdits.NONE,
            BackendLimits.NONE,
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            CheckOptions.NONE,
            Optional.empty(),
            Optional.empty());

    /** Copies the lists. */
    public TemplateEffects {
        plain = plain.map(List::copyOf);
        secure = secure.map(List::copyOf);
    }

    /** The same with other rules for the virtual hosts. */
    public TemplateEffects withHostRules(Optional<List<HostRule>> newPlain, Optional<List<HostRule>> newSecure) {
        return new TemplateEffects(
                balance,
                forwarded,
                hsts,
                allowedByLabel,
                sticky,
                rootRedirect,
                rules,
                responseEdits,
                limits,
                maxConnections,
                queueTimeout,
                slowStart,
                tls,
                compression,
                cookie,
                check,
                newPlain,
                newSecure);
    }

    /** The rules for the virtual hosts on one of the frontends, in place of the labels'. */
    public Optional<List<HostRule>> hostRules(boolean overTls) {
        return overTls ? secure : plain;
    }
}
