package io.evenkeel.l7.runner.deploy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A shell whose time passes with pauses, however short they really are, and whose user and programs are scripted. */
final class ScriptedShell implements Shell {

    final List<String> lines = new ArrayList<>();
    final List<String> questions = new ArrayList<>();
    final List<List<String>> commands = new ArrayList<>();
    Consumer<String> atLine = line -> {};
    Runnable atPause = () -> {};
    Predicate<String> answer = question -> true;
    int exitCode;
    boolean elsewhere; // in a network that has no way to the tasks
    private long now;

    /** Time passes. */
    void jump(Duration duration) {
        now += duration.toNanos();
    }

    @Override
    public void say(String line) {
        lines.add(line);
        atLine.accept(line);
    }

    @Override
    public boolean confirm(String question) {
        questions.add(question);
        return answer.test(question);
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(5); // gives the others the processor
        now += duration.toNanos();
        atPause.run();
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Set<InetSocketAddress> connects(Collection<InetSocketAddress> addresses) throws InterruptedException {
        return elsewhere ? Set.of() : Connects.to(addresses);
    }

    @Override
    public int run(List<String> command) {
        commands.add(command);
        return exitCode;
    }
}
