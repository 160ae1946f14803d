package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.RequestHead;
import java.net.InetSocketAddress;

/**
 * What is believed of the fields that clients send. Immutable.
 *
 * <p>The fields in question tell whom a request comes from: {@code X-Forwarded-…}, {@code Forwarded} and {@code X-Real-IP}.
 * Whoever is believed may send them, and is added to them as one more hop; what others send of them is put in order:
 * dropped, and written anew with what is known of the connection. {@code Proxy} goes to nobody, whoever sends it.
 *
 * @param proxies whose fields are believed; everybody's, as marathon-lb does it, if it is {@link AllowedNetworks#ALL}
 * @param underscores what becomes of fields with an underscore in their names, which many servers take for a hyphen
 */
public record HeaderTrust(AllowedNetworks proxies, Underscores underscores) {

    /** What becomes of fields with an underscore in their names. */
    public enum Underscores {
        /** They are fields like any other. */
        PASS,
        /** They do not go on. */
        DROP,
        /** The request is refused with 400. */
        REFUSE
    }

    /** As marathon-lb: everybody is believed, and all names pass. */
    public static final HeaderTrust EVERYBODY = new HeaderTrust(AllowedNetworks.ALL, Underscores.PASS);

    /** Nobody is believed, and fields with an underscore in their names do not go on. */
    public static final HeaderTrust NOBODY = new HeaderTrust(AllowedNetworks.NONE, Underscores.DROP);

    /** Nothing may be absent. */
    public HeaderTrust {
        requireNonNull(proxies, "proxies");
        requireNonNull(underscores, "underscores");
    }

    /** Whether a request is refused for the names of its fields. */
    boolean refuses(RequestHead request) {
        if (underscores != Underscores.REFUSE) {
            return false;
        }
        for (int i = 0; i < request.count(); i++) {
            if (ForwardedFields.hasUnderscore(request, i)) {
                return true;
            }
        }
        return false;
    }

    /** What endpoints are told of a client. Made once per connection. */
    ForwardedFields of(InetSocketAddress client, int port, boolean tls) {
        boolean drop = underscores == Underscores.DROP;
        if (proxies.isEverybody()) {
            return ForwardedFields.beside(client, port, tls, drop);
        }
        return proxies.contains(client.getAddress())
                ? ForwardedFields.behind(client, port, tls, drop)
                : ForwardedFields.instead(client, port, tls, drop);
    }
}
