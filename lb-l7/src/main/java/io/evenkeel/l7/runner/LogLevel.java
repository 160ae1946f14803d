package io.evenkeel.l7.runner;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How much is logged, by the names that marathon-lb takes. */
public enum LogLevel {
    /** Everything. */
    DEBUG,
    /** What happens. */
    INFO,
    /** What should not happen. */
    WARNING,
    /** What must not happen. */
    ERROR,
    /** The same: nothing is worse here. */
    CRITICAL;

    /** Logs this much from now on. */
    public void apply() {
        if (LoggerFactory.getLogger("io.evenkeel") instanceof Logger logger) {
            logger.setLevel(
                    switch (this) {
                        case DEBUG -> Level.DEBUG;
                        case INFO -> Level.INFO;
                        case WARNING -> Level.WARN;
                        case ERROR, CRITICAL -> Level.ERROR;
                    });
        }
    }

    /** Reads a name in any case. */
    public static final class Converter implements ITypeConverter<LogLevel> {

        /** For picocli. */
        public Converter() {}

        @Override
        public LogLevel convert(String value) {
            for (LogLevel level : values()) {
                if (level.name().equals(value.toUpperCase(Locale.ROOT))) {
                    return level;
                }
            }
            throw new TypeConversionException(
                    "log level: " + value + " (expected: debug, info, warning, error or critical)");
        }
    }
}
