package io.evenkeel.vip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/** Rows of the tab-separated test vectors, made with the code that DC/OS ran. */
final class VectorFiles {

    private VectorFiles() {}

    /** The rows whose first column is this one. */
    static List<String[]> rows(String file, String kind) {
        return all(file).stream().filter(row -> row[0].equals(kind)).toList();
    }

    /** All rows. */
    static List<String[]> all(String file) {
        try (InputStream in = VectorFiles.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(file, e);
        }
    }

    static List<Arguments> arguments(List<String[]> rows) {
        return rows.stream().map(row -> Arguments.of((Object[]) row)).toList();
    }
}
