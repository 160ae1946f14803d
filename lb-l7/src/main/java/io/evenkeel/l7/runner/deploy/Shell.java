package io.evenkeel.l7.runner.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What the command has around it: a terminal, a clock, a network, and other programs. */
interface Shell {

    /** Tells of a step, in one line. */
    void say(String line);

    /** Asks a question that is answered by yes or no. */
    boolean confirm(String question);

    /** Waits. */
    void pause(Duration duration) throws InterruptedException;

    /** A clock that only goes forward. */
    long nanos();

    /** Those of some addresses that take a connection from here. */
    Set<InetSocketAddress> connects(Collection<InetSocketAddress> addresses) throws InterruptedException;

    /** Runs a program to its end and tells its exit code. */
    int run(List<String> command) throws IOException, InterruptedException;
}
