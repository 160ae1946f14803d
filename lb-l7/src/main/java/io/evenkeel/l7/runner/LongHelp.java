package io.evenkeel.l7.runner;

import io.evenkeel.l7.marathonlb.LabelHelp;
import java.io.PrintWriter;
import picocli.CommandLine;

/** What {@code --longhelp} prints. Stateless. */
public final class LongHelp {

    private LongHelp() {}

    /**
     * Prints the usage of a command, and what each label means.
     *
     * @param command the command
     */
    public static void print(CommandLine command) {
        PrintWriter out = command.getOut();
        command.usage(out);
        out.println();
        out.print(LabelHelp.text());
        out.flush();
    }
}
