package io.evenkeel.l7.runner.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The real {@link Shell}. What is not answered is answered by no. */
final class Terminal implements Shell {

    private final PrintWriter out;
    private final BufferedReader in;
    private final boolean unasked;

    /**
     * A terminal.
     *
     * @param unasked whether every question is answered by yes without being asked
     */
    Terminal(PrintWriter out, BufferedReader in, boolean unasked) {
        this.out = out;
        this.in = in;
        this.unasked = unasked;
    }

    @Override
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public boolean confirm(String question) {
        if (unasked) {
            return true;
        }
        out.print(question + " [y/N] ");
        out.flush();
        try {
            String answer = in.readLine();
            return answer != null && List.of("y", "yes").contains(answer.trim().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Set<InetSocketAddress> connects(Collection<InetSocketAddress> addresses) throws InterruptedException {
        return Connects.to(addresses);
    }

    @Override
    public int run(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
