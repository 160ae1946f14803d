package io.evenkeel.simulation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Prints how strategies do: {@code SimulationMain [clients [scenarios|all [strategies|all [seeds]]]]}, lists joined by
 * commas.
 */
public final class SimulationMain {

    private SimulationMain() {}

    /** Runs what the arguments say; by default everything, for 50 clients. */
    public static void main(String[] args) {
        int clients = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        List<Scenario> scenarios = args.length > 1 && !args[1].equals("all")
                ? Arrays.stream(args[1].split(",")).map(Scenario::named).toList()
                : List.of(Scenario.values());
        List<Contender> contenders = args.length > 2 && !args[2].equals("all")
                ? Arrays.stream(args[2].split(",")).map(Contender::named).toList()
                : Contender.ALL;
        int seeds = args.length > 3 ? Integer.parseInt(args[3]) : 1;
        for (Scenario scenario : scenarios) {
            System.out.printf("%n#### %s, %d clients%n%n", scenario, clients);
            System.out.println("| strategy | p50 ms | p90 | p99 | p99.9 | mean | errors % | hottest/mean |");
            System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
            for (Contender contender : contenders) {
                for (int seed = 0; seed < seeds; seed++) {
                    Result result = Simulation.run(contender, scenario, clients, Duration.ofSeconds(30), 42 + seed);
                    System.out.println(result.row(contender.name()));
                }
            }
        }
    }
}
