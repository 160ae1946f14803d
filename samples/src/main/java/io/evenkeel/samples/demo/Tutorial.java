package io.evenkeel.samples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The DC/OS 101 load-balancing tutorial, played against a {@link Stage}: one instance, two, one again, with requests
 * through layer 7 and through the VIP all the while. Used by one thread.
 */
final class Tutorial {

    private static final int SAMPLE = 100;

    private final Stage stage;
    private final List<Load> loads;
    private final Console console;
    private final List<String> broken = new ArrayList<>();

    Tutorial(Stage stage, List<Load> loads, Console console) {
        this.stage = stage;
        this.loads = loads;
        this.console = console;
    }

    /** What did not go as the tutorial promises; empty if all is well. */
    List<String> broken() {
        return broken;
    }

    void play() throws InterruptedException {
        step("one instance", 1);
        step("scaled to two: both answer", 2);
        step("scaled to one: the other answers no more", 1);
    }

    private void step(String title, int instances) throws InterruptedException {
        Duration took = stage.scale(instances);
        console.line("%s %s (visible everywhere after %d ms)", console.mark(), title, took.toMillis());
        Set<String> tasks = stage.tasks();
        for (Load load : loads) {
            Map<String, Integer> answers = load.sample(SAMPLE);
            console.line("    %-22s %s", load.name(), answers);
            broken.addAll(judge(load.name(), answers, tasks));
        }
    }

    /** What is wrong with these answers: everyone must answer, nobody else, and each within a tenth of an even share. */
    static List<String> judge(String name, Map<String, Integer> answers, Set<String> tasks) {
        if (!answers.keySet().equals(tasks)) {
            return List.of(name + ": answered by " + answers.keySet() + " (expected: " + tasks + ")");
        }
        List<String> wrong = new ArrayList<>();
        int sum = answers.values().stream().mapToInt(Integer::intValue).sum();
        double even = (double) sum / tasks.size();
        answers.forEach((task, count) -> {
            if (Math.abs(count - even) > even / 10) {
                wrong.add(name + ": " + count + " of " + sum + " by " + task + " (expected: within 10 % of " + even
                        + ")");
            }
        });
        return wrong;
    }
}
