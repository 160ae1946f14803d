package io.evenkeel.l7.runner;

import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogConfig;
import io.evenkeel.l7.log.AccessLogFormat;
import io.evenkeel.l7.marathonlb.ServerNaming;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags of the access log; a mix-in. */
final class AccessLogFlags {

    private static final String OFF = "off";

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            defaultValue = OFF,
            description = "Where a line is written for each request, and each connection in mode tcp: a file, which is"
                    + " begun anew on SIGUSR1, - for standard output, or syslog:SOCKET, syslog:/dev/log for instance"
                    + " (default: ${DEFAULT-VALUE}).")
    private String target = OFF;

    @Option(
            names = "--access-log-format",
            paramLabel = "FORMAT",
            converter = Format.class,
            defaultValue = "haproxy",
            description = "What the lines look like: haproxy (httplog and tcplog), combined (Apache's) or json"
                    + " (default: ${DEFAULT-VALUE}).")
    private AccessLogFormat format = AccessLogFormat.HAPROXY;

    /**
     * The log, open; nothing if there is to be none.
     *
     * @throws IllegalArgumentException if it cannot be written; the message says where
     */
    Optional<AccessLog> open() {
        return target.equals(OFF)
                ? Optional.empty()
                : Optional.of(AccessLog.open(
                        AccessLogConfig.to(target).withFormat(format).withServerNames(ServerNaming::name)));
    }

    /** Reads the name of a format. */
    static final class Format implements ITypeConverter<AccessLogFormat> {

        @Override
        public AccessLogFormat convert(String value) {
            for (AccessLogFormat format : AccessLogFormat.values()) {
                if (format.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return format;
                }
            }
            throw new TypeConversionException("format: " + value + " (expected: haproxy, combined or json)");
        }
    }
}
