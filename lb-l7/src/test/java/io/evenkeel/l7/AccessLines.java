package io.evenkeel.l7;

import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogConfig;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An access log in a file, whose lines are read as they come. */
public final class AccessLines implements AutoCloseable {

    private final Path file;
    public final AccessLog log;
    private int taken;

    public AccessLines(Path dir) {
        this(AccessLogConfig.to(dir.resolve("access.log").toString()).withServerNames(server -> "s"));
    }

    public AccessLines(AccessLogConfig config) {
        this.file = Path.of(config.target());
        this.log = AccessLog.open(config);
    }

    /** The next line, once it is there. */
    public String next() {
        Eventually.holds("line " + taken, () -> lines().size() > taken);
        return lines().get(taken++);
    }

    /** The next line of a request as {@link #normal} has it. */
    public String nextNormal() {
        return normal(next());
    }

    private List<String> lines() {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A line of HAProxy's format without what differs from one run to the next: client and date are left out, and times that
     * were taken are a T.
     */
    static String normal(String line) {
        if (!line.matches("127\\.0\\.0\\.1:\\d+ \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\] .*")) {
            throw new AssertionError("no client or no date: " + line);
        }
        String[] words = line.split(" ", 6);
        return words[2] + " " + words[3] + " " + words[4].replaceAll("(?<![-0-9])\\d+", "T") + " " + words[5];
    }

    @Override
    public void close() {
        log.close();
    }
}
