package io.evenkeel.l4.runner;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line in one line, where to find help in another, and nothing else; the process ends
 * with 2. A flag that does not exist is named, with one that is spelt almost like it, rather than one that is missing or the
 * value behind it, since the one may be the other misspelt.
 */
public final class WrongUsage implements IParameterExceptionHandler {

    private static final int CLOSE = 2;

    /** Has no state. */
    public WrongUsage() {}

    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        PrintWriter err = wrong.getCommandLine().getErr();
        Exception worst = worst(wrong, args);
        err.println(worst.getMessage()
                + (worst instanceof UnmatchedArgumentException unknown ? suggestion(unknown, args) : ""));
        err.println("Try --help.");
        return CommandLine.ExitCode.USAGE;
    }

    private static Exception worst(ParameterException wrong, String[] args) {
        boolean ofPositional = wrong.getArgSpec() != null && wrong.getArgSpec().isPositional();
        if (!(wrong instanceof MissingParameterException) && !ofPositional) {
            return wrong;
        }
        // Parsing ended at what is missing, or at the value of what is unknown, before it told what is unknown.
        CommandLine again = wrong.getCommandLine();
        again.getCommandSpec().parser().collectErrors(true);
        List<Exception> all = again.parseArgs(args).errors();
        again.getCommandSpec().parser().collectErrors(false);
        return all.stream()
                .filter(e ->
                        e instanceof UnmatchedArgumentException unknown && (!ofPositional || unknown.isUnknownOption()))
                .findFirst()
                .orElse(wrong);
    }

    private static String suggestion(UnmatchedArgumentException unknown, String[] args) {
        String message = String.valueOf(unknown.getMessage());
        CommandSpec spec = unknown.getCommandLine().getCommandSpec();
        return Stream.of(args)
                .filter(arg -> arg.startsWith("--") && message.contains("'" + arg + "'"))
                .map(arg -> arg.replaceFirst("=.*", ""))
                .filter(name -> spec.findOption(name) == null)
                .findFirst()
                .flatMap(name -> nearest(name, spec))
                .map(known -> " (did you mean " + known + "?)")
                .orElse("");
    }

    private static Optional<String> nearest(String name, CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .filter(known -> distance(name, known) <= CLOSE)
                .min(Comparator.comparingInt(known -> distance(name, known)));
    }

    /* Levenshtein's: how many letters have to be changed, added or left out. */
    private static int distance(String one, String other) {
        int[] row = IntStream.rangeClosed(0, other.length()).toArray();
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
