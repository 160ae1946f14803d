package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.Field;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cookie of our own that keeps a client with the endpoint it was sent to first. The endpoint does not see it, unless it is
 * to.
 *
 * <p>Values are made from endpoints, so that several proxies, and the same one after a restart, understand each other's.
 * Thread-safe; allocates only when the cluster's state is a new one.
 */
public final class StickyCookie {

    /** The cookies of one state of a cluster. */
    private record Table(
            ClusterState state, ByteKeyMap<EndpointStats> owners, IdentityHashMap<EndpointStats, byte[]> lines) {}

    private final byte[] name;
    private final String attributes;
    private final boolean isPrivate;
    private final boolean hidden;
    private final Function<Endpoint, String> values;
    private volatile @Nullable Table table;

    /**
     * A cookie.
     *
     * @param name its name, a token
     * @param attributes what follows the value, {@code "; path=/"} for instance
     * @param isPrivate whether responses that set it are kept out of shared caches, unless they are not for those anyway
     * @param values an endpoint's value: the same whenever it is asked, and different for different endpoints
     */
    public StickyCookie(String name, String attributes, boolean isPrivate, Function<Endpoint, String> values) {
        this(name, attributes, isPrivate, true, values);
    }

    /**
     * A cookie.
     *
     * @param name its name, a token
     * @param attributes what follows the value, {@code "; path=/"} for instance
     * @param isPrivate whether responses that set it are kept out of shared caches, unless they are not for those anyway
     * @param hidden whether endpoints do not see it
     * @param values an endpoint's value: the same whenever it is asked, and different for different endpoints
     */
    public StickyCookie(
            String name, String attributes, boolean isPrivate, boolean hidden, Function<Endpoint, String> values) {
        this.isPrivate = isPrivate;
        this.hidden = hidden;
        this.name = Bytes.of(name);
        this.attributes = requireNonNull(attributes, "attributes");
        this.values = requireNonNull(values, "values");
    }

    /** The endpoint that the request's cookie names; null if it has none, or none of an endpoint that takes work. */
    @Nullable
    EndpointStats owner(RequestHead request, ClusterState state) {
        for (int i = 0; i < request.count(); i++) {
            if (request.field(i) == Field.COOKIE) {
                byte[] b = request.bytes();
                int end = request.valueEnd(i);
                for (int at = request.valueStart(i); at < end; at = next(b, at, end)) {
                    int stop = stop(b, at, end);
                    if (isOurs(b, at, stop)) {
                        return table(state).owners.get(b, at + name.length + 1, stop);
                    }
                }
            }
        }
        return null;
    }

    /** Whether the request has it, whatever its value. */
    boolean isIn(RequestHead request) {
        for (int i = 0; i < request.count(); i++) {
            if (request.field(i) == Field.COOKIE) {
                byte[] b = request.bytes();
                int end = request.valueEnd(i);
                for (int at = request.valueStart(i); at < end; at = next(b, at, end)) {
                    if (isOurs(b, at, stop(b, at, end))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** The line of a response that gives the client an endpoint's cookie. */
    byte[] line(EndpointStats endpoint, ClusterState state) {
        byte[] known = table(state).lines.get(endpoint);
        return known == null ? line(endpoint) : known; // the endpoint has left the state meanwhile
    }

    /** Whether responses that set it, and that shared caches might hand on to others, are kept out of those. */
    boolean isPrivate() {
        return isPrivate;
    }

    /** Whether endpoints do not see it. */
    boolean isHidden() {
        return hidden;
    }

    /** Writes a request's cookies without this one. */
    void writeOthers(HeadWriter writer, MessageHead request, int field) {
        byte[] b = request.bytes();
        int end = request.valueEnd(field);
        int kept = 0;
        for (int at = request.valueStart(field); at < end; at = next(b, at, end)) {
            int stop = stop(b, at, end);
            if (!isOurs(b, at, stop) && stop > at) {
                if (kept++ == 0) {
                    writer.add(b, request.nameStart(field), request.nameEnd(field));
                    writer.add(':').add(' ');
                } else {
                    writer.add(';').add(' ');
                }
                writer.add(b, at, stop);
            }
        }
        if (kept > 0) {
            writer.endLine();
        }
    }

    /** Whether a Set-Cookie of an endpoint's is for this cookie. */
    boolean isSetBy(MessageHead response, int field) {
        return isOurs(response.bytes(), response.valueStart(field), response.valueEnd(field));
    }

    private boolean isOurs(byte[] b, int start, int end) {
        if (end - start <= name.length || b[start + name.length] != '=') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (b[start + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /* One past the pair that begins here, without the white space behind it. */
    private static int stop(byte[] b, int start, int end) {
        int at = start;
        while (at < end && b[at] != ';') {
            at++;
        }
        while (at > start && isBlank(b[at - 1])) {
            at--;
        }
        return at;
    }

    private static int next(byte[] b, int start, int end) {
        int at = start;
        while (at < end && b[at] != ';') {
            at++;
        }
        at++;
        while (at < end && isBlank(b[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private Table table(ClusterState state) {
        Table known = table;
        if (known == null || known.state != state) {
            Map<String, EndpointStats> owners = new HashMap<>();
            IdentityHashMap<EndpointStats, byte[]> lines = new IdentityHashMap<>();
            for (EndpointStats endpoint : state.active()) {
                owners.put(values.apply(endpoint.endpoint()), endpoint);
                lines.put(endpoint, line(endpoint));
            }
            table = known = new Table(state, new ByteKeyMap<>(owners), lines);
        }
        return known;
    }

    private byte[] line(EndpointStats endpoint) {
        return Bytes.of("Set-Cookie: " + new String(name, java.nio.charset.StandardCharsets.ISO_8859_1) + "="
                + values.apply(endpoint.endpoint()) + attributes + "\r\n");
    }
}
