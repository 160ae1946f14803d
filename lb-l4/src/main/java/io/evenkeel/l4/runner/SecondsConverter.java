package io.evenkeel.l4.runner;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a flag that is a number of whole seconds, from 0 to a day. */
public final class SecondsConverter implements ITypeConverter<Duration> {

    private static final int MAX = 86_400;

    /** For picocli. */
    public SecondsConverter() {}

    @Override
    public Duration convert(String value) {
        if (value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= MAX) {
            return Duration.ofSeconds(Integer.parseInt(value));
        }
        throw new TypeConversionException("seconds: " + value + " (expected: 0 to " + MAX + ")");
    }
}
