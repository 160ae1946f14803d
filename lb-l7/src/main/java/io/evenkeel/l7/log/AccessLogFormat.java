package io.evenkeel.l7.log;

import io.evenkeel.endpoint.Endpoint;
import java.util.function.Function;

/** What a line of an access log looks like. */
public enum AccessLogFormat {
    /** HAProxy's, of {@code option httplog} and {@code option tcplog}. */
    HAPROXY,
    /** Apache's combined format. */
    COMBINED,
    /** One JSON object. */
    JSON;

    /** Whether it has header fields in it, beyond the request line. */
    boolean namesFields() {
        return this != HAPROXY;
    }

    LineFormat lines(Function<Endpoint, String> serverNames) {
        ServerTexts servers = new ServerTexts(serverNames);
        return switch (this) {
            case HAPROXY -> new HaproxyFormat(servers);
            case COMBINED -> new CombinedFormat();
            case JSON -> new JsonFormat(servers);
        };
    }
}
