package io.evenkeel.l7.runner.deploy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What the command has around it: a terminal, a clock, and other programs. */
interface Shell {

    /** Tells of a step, in one line. */
    void say(String line);

    /** Asks a question that is answered by yes or no. */
    boolean confirm(String question);

    /** Waits. */
    void pause(Duration duration) throws InterruptedException;

    /** A clock that only goes forward. */
    long nanos();

    /** Runs a program to its end and tells its exit code. */
    int run(List<String> command) throws IOException, InterruptedException;
}
