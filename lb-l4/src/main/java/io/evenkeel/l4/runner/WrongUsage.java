package io.evenkeel.l4.runner;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line in one line, where to find help in another, and nothing else; the process ends
 * with 2. A flag that does not exist is named rather than one that is missing, since the one may be the other misspelt.
 */
public final class WrongUsage implements IParameterExceptionHandler {

    /** Has no state. */
    public WrongUsage() {}

    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println(worst(wrong, args).getMessage());
        err.println("Try --help.");
        return CommandLine.ExitCode.USAGE;
    }

    private static Exception worst(ParameterException wrong, String[] args) {
        if (!(wrong instanceof MissingParameterException)) {
            return wrong;
        }
        // Parsing ended at what is missing, before it came to what is unknown.
        CommandLine again = wrong.getCommandLine();
        again.getCommandSpec().parser().collectErrors(true);
        List<Exception> all = again.parseArgs(args).errors();
        again.getCommandSpec().parser().collectErrors(false);
        return all.stream()
                .filter(UnmatchedArgumentException.class::isInstance)
                .findFirst()
                .orElse(wrong);
    }
}
