package io.evenkeel.l4.runner;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a flag that is a whole number, which one is up to whoever uses it. */
public final class WholeNumber implements ITypeConverter<Integer> {

    /** For picocli. */
    public WholeNumber() {}

    @Override
    public Integer convert(String value) {
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("number: " + value + " (expected: a whole number)");
        }
    }
}
