package io.evenkeel.benchmarks.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Turns JMH's results into the Markdown tables of the README: a row for each algorithm, a column for each library.
 *
 * <p>Takes any number of files written by {@code -rf json}, so that the runs with one thread and with two may be apart;
 * of a cell that was measured twice, the later file counts. Errors are half of JMH's confidence interval of 99.9 %; bytes
 * are there if the run had {@code -prof gc}.
 */
public final class PeerTable {

    private static final String BYTES = "gc.alloc.rate.norm";

    private final List<Result> results = new ArrayList<>();

    /**
     * Prints the tables.
     *
     * @param args JMH's result files
     * @throws IOException if one cannot be read
     */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            System.err.println("usage: PeerTable RESULT.json...");
            System.exit(2);
        }
        PeerTable table = new PeerTable();
        for (String file : args) {
            table.add(Files.readString(Path.of(file)));
        }
        System.out.print(table.markdown());
    }

    /** Takes the results of one file; those of other benchmarks are passed over. */
    void add(String json) throws IOException {
        for (JsonNode one : new ObjectMapper().readTree(json)) {
            String benchmark = one.path("benchmark").asText();
            Question question = Question.of(benchmark);
            if (question == null) {
                continue;
            }
            JsonNode time = one.path("primaryMetric");
            JsonNode error = time.path("scoreError");
            JsonNode bytes = one.path("secondaryMetrics").path(BYTES).path("score");
            results.add(new Result(
                    question,
                    Entrant.valueOf(one.path("params").path("entrant").asText()),
                    one.path("params").path("endpoints").asInt(),
                    one.path("threads").asInt(),
                    time.path("score").asDouble(),
                    error.isNumber() ? error.asDouble() : -1,
                    bytes.isNumber() ? bytes.asDouble() : -1));
        }
    }

    /** The tables for which there are results. */
    String markdown() {
        StringBuilder out = new StringBuilder();
        for (int endpoints : new int[] {10, 1000, 10_000}) {
            String use = "One use, " + endpoints + " endpoints, ";
            append(out, use + "1 thread: ns, bytes", Question.PICK, endpoints, 1);
            append(out, use + "2 threads: ns for each thread, bytes", Question.PICK, endpoints, 2);
        }
        for (int endpoints : new int[] {1000, 10_000}) {
            append(out, "One of " + endpoints + " endpoints replaced: µs, bytes", Question.REPLACE, endpoints, 1);
        }
        return out.toString();
    }

    private void append(StringBuilder out, String title, Question question, int endpoints, int threads) {
        List<Result> here = results.stream()
                .filter(r -> r.question == question && r.endpoints == endpoints && r.threads == threads)
                .toList();
        if (here.isEmpty()) {
            return;
        }
        Set<Library> libraries = EnumSet.noneOf(Library.class);
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (Result result : here) {
            libraries.add(result.entrant.library());
            algorithms.add(result.entrant.algorithm());
        }
        out.append("**").append(title).append("**\n\n| |");
        libraries.forEach(library -> out.append(' ').append(library.title()).append(" |"));
        out.append("\n|---|").append("---|".repeat(libraries.size())).append('\n');
        for (Algorithm algorithm : algorithms) {
            out.append("| ").append(algorithm.title()).append(" |");
            for (Library library : libraries) {
                out.append(' ').append(cell(here, algorithm, library)).append(" |");
            }
            out.append('\n');
        }
        out.append('\n');
    }

    private static String cell(List<Result> results, Algorithm algorithm, Library library) {
        StringJoiner cell = new StringJoiner("<br>");
        cell.setEmptyValue("–");
        for (Entrant entrant : Entrant.values()) {
            if (entrant.algorithm() == algorithm && entrant.library() == library) {
                Result newest = null;
                for (Result result : results) {
                    newest = result.entrant == entrant ? result : newest;
                }
                if (newest != null) {
                    cell.add(newest.text());
                }
            }
        }
        return cell.toString();
    }

    /** What a benchmark asks. */
    private enum Question {
        PICK(PeerPickBenchmark.class.getName() + ".use"),
        REPLACE(PeerReplaceBenchmark.class.getName() + ".replace");

        private final String benchmark;

        Question(String benchmark) {
            this.benchmark = benchmark;
        }

        static @Nullable Question of(String benchmark) {
            for (Question question : values()) {
                if (question.benchmark.equals(benchmark)) {
                    return question;
                }
            }
            return null;
        }
    }

    /** One measured cell; error and bytes below 0 if they are not known. */
    private record Result(
            Question question, Entrant entrant, int endpoints, int threads, double score, double error, double bytes) {

        Result {
            Objects.requireNonNull(question);
            Objects.requireNonNull(entrant);
        }

        String text() {
            String text = entrant.title() + " " + number(score) + (error < 0 ? "" : " ± " + number(error));
            return bytes < 0 ? text : text + ", " + (bytes < 0.5 ? "0" : number(bytes)) + " B";
        }

        /** Three digits are all that a measurement is worth. */
        private static String number(double value) {
            return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
        }
    }
}
