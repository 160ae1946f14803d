package io.evenkeel.samples.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Plain lines with the time since the start in front, fit for terminals and logs alike. */
final class Console {

    private final PrintStream out;
    private final long begun;

    Console(PrintStream out, long begunNanos) {
        this.out = out;
        this.begun = begunNanos;
    }

    /** The time since the start. */
    String mark() {
        long tenths = (System.nanoTime() - begun) / 100_000_000;
        return String.format(Locale.ROOT, "t+%03d.%d", tenths / 10, tenths % 10);
    }

    void line(String format, Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
        out.flush();
    }
}
