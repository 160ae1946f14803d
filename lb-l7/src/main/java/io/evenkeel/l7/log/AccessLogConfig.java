package io.evenkeel.l7.log;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;

/**
 * Which lines an access log has, and where they go. Immutable; start from {@link #to}.
 *
 * @param target a file's path, {@code -} for the standard output, {@code syslog:} and a path for a syslog daemon's socket
 * @param format what lines look like
 * @param serverNames how servers are called; by address and port otherwise
 * @param capacity how many records of each event loop may wait to be written; what is more is dropped
 * @param fieldLimit how many bytes are kept of what the client sent, for each part of it
 */
public record AccessLogConfig(
        String target, AccessLogFormat format, Function<Endpoint, String> serverNames, int capacity, int fieldLimit) {

    private static final String SYSLOG = "syslog:";
    private static final int DEFAULT_CAPACITY = 4096;
    private static final int DEFAULT_FIELD_LIMIT = 1024;
    private static final int MAX_CAPACITY = 1 << 20;

    /** Checks the ranges. */
    public AccessLogConfig {
        requireNonNull(target, "target");
        requireNonNull(format, "format");
        requireNonNull(serverNames, "serverNames");
        if (target.isBlank()) {
            throw new IllegalArgumentException("target: '" + target + "' (expected: a file, or - for standard output)");
        }
        if (capacity < 2 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: 2 to " + MAX_CAPACITY + ")");
        }
        if (fieldLimit < 1) {
            throw new IllegalArgumentException("fieldLimit: " + fieldLimit + " (expected: >= 1)");
        }
    }

    /**
     * HAProxy's lines in a file.
     *
     * @param target the file, {@code -} for the standard output, or {@code syslog:} and a socket
     * @return the configuration
     */
    public static AccessLogConfig to(String target) {
        return new AccessLogConfig(
                target, AccessLogFormat.HAPROXY, AccessLogConfig::address, DEFAULT_CAPACITY, DEFAULT_FIELD_LIMIT);
    }

    @Override
    public String toString() {
        return format.name().toLowerCase(Locale.ROOT) + " to " + target;
    }

    private static String address(Endpoint endpoint) {
        return endpoint.address().getHostString() + ":" + endpoint.address().getPort();
    }

    /**
     * This with other lines.
     *
     * @param newFormat what they look like
     * @return the changed copy
     */
    public AccessLogConfig withFormat(AccessLogFormat newFormat) {
        return new AccessLogConfig(target, newFormat, serverNames, capacity, fieldLimit);
    }

    /**
     * This with other names of servers.
     *
     * @param names a server's name; asked once for each
     * @return the changed copy
     */
    public AccessLogConfig withServerNames(Function<Endpoint, String> names) {
        return new AccessLogConfig(target, format, names, capacity, fieldLimit);
    }

    /**
     * This with other bounds.
     *
     * @param newCapacity how many records of each event loop may wait
     * @param newFieldLimit how many bytes are kept of each part of what the client sent
     * @return the changed copy
     */
    public AccessLogConfig withLimits(int newCapacity, int newFieldLimit) {
        return new AccessLogConfig(target, format, serverNames, newCapacity, newFieldLimit);
    }

    AccessLogReceiver receiver() {
        try {
            return new LineReceiver(format.lines(serverNames), open());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "access log: " + target + " (expected: what can be written to: " + e.getMessage() + ")", e);
        }
    }

    private LineTarget open() throws IOException {
        if (target.equals("-")) {
            FileOutputStream out = new FileOutputStream(FileDescriptor.out);
            return (bytes, length) -> out.write(bytes, 0, length);
        }
        return target.startsWith(SYSLOG)
                ? new SyslogTarget(Path.of(target.substring(SYSLOG.length())))
                : new FileTarget(Path.of(target));
    }
}
