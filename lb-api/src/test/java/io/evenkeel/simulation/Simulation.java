package io.evenkeel.simulation;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Prober;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A seeded discrete-event simulation of many clients, each with a balancer of its own, and twenty servers: the balancers
 * are the library's real clusters, only time and chance are not.
 *
 * <p>Servers have eight workers and a queue; work is exponential with a mean of 10 ms, so each can do 800 calls a second.
 * Calls come at random (Poisson), take 0.25 ms each way, and time out after 2 s. What a call costs is drawn when it comes,
 * from a generator that no strategy touches: all contenders see the same calls at the same times.
 */
final class Simulation {

    static final long TIMEOUT_NANOS = 2_000_000_000L;

    private static final int SERVERS = 20;
    private static final double WORK_NANOS = 10e6;
    private static final long NETWORK_NANOS = 250_000;
    private static final long FAILURE_NANOS = 500_000;
    private static final long PAUSE_NANOS = 200_000_000;
    private static final double PAUSE_EVERY_NANOS = 5e9;
    private static final long SECOND = 1_000_000_000L;
    private static final long WARM_UP = 10 * SECOND;
    private static final int FIRST_PORT = 10_000;
    private static final Service SERVICE = Service.named("simulated");

    private enum Kind {
        COMES,
        ARRIVES,
        WORKED,
        ANSWERED,
        SECOND_PASSED,
        CONTROL,
        PAUSES,
        RESUMES,
        TURNS_SLOW,
        HEALS,
        JOINS,
        REPORTED_ANEW,
        PROBED,
        TOLD
    }

    private static final Kind[] KINDS = Kind.values();

    private final Scenario scenario;
    private final long end;
    private final EventQueue events = new EventQueue();
    private final ArrayDeque<Call> timeouts = new ArrayDeque<>(); // all in order, since all wait equally long
    private final List<Call> calls = new ArrayList<>();
    private final ArrayDeque<Call> unused = new ArrayDeque<>();
    private final List<Probe> probes = new ArrayList<>();
    private final ArrayDeque<Probe> unusedProbes = new ArrayDeque<>();
    private final Server[] servers = new Server[SERVERS];
    private final int[] underWay = new int[SERVERS];
    private final SplittableRandom world; // when calls come, whose they are, what they cost
    private final SplittableRandom accidents;
    private final ManualClock control = ManualClock.executing(Runnable::run);
    private final Client[] clients;
    private final List<Endpoint> endpoints = Endpoints.endpoints(SERVERS);
    private final double meanGap;
    private long now;

    private long[] latencies = new long[1 << 19];
    private int measured;
    private long total;
    private long errors;

    private Simulation(Contender contender, Scenario scenario, int clientCount, Duration measure, long seed) {
        this.scenario = scenario;
        this.end = WARM_UP + measure.toNanos();
        this.world = new SplittableRandom(seed);
        this.accidents = new SplittableRandom(seed + 1);
        double capacity = 0;
        for (int i = 0; i < SERVERS; i++) {
            servers[i] = new Server(i);
            servers[i].slowness =
                    scenario == Scenario.SLOW10X && i == 7 ? 10 : scenario == Scenario.HALF2X && i % 2 == 1 ? 2 : 1;
            servers[i].failing = scenario == Scenario.FAILFAST && i == 7;
            capacity += servers[i].failing ? 0 : Server.WORKERS / (WORK_NANOS * servers[i].slowness);
        }
        this.meanGap = 1 / (scenario.load() * capacity);
        this.clients = new Client[clientCount];
        SplittableRandom seeds = new SplittableRandom(seed + 2);
        for (int i = 0; i < clientCount; i++) {
            clients[i] = new Client(
                    new Cluster(SERVICE.name(), new ClusterRuntime(() -> now, seeds.split(), control)),
                    contender.config().of(this, i));
            report(clients[i], scenario == Scenario.COLDSTART ? endpoints.subList(0, SERVERS - 1) : endpoints);
        }
    }

    /** Runs a contender through a scenario. */
    static Result run(Contender contender, Scenario scenario, int clients, Duration measure, long seed) {
        return new Simulation(contender, scenario, clients, measure, seed).run();
    }

    /** How many clients there are. */
    int clients() {
        return clients.length;
    }

    /** What no client can know: how many calls are at a server or on their way to it. */
    int trulyInside(EndpointStats endpoint) {
        Server server = server(endpoint);
        return server.inside() + underWay[server.number];
    }

    /** Asks a server how busy it is, which takes as long as a call without work. */
    void probe(EndpointStats endpoint, Prober.Answer answer) {
        Probe probe = unusedProbes.isEmpty() ? newProbe() : unusedProbes.removeLast();
        probe.server = server(endpoint);
        probe.answer = answer;
        at(now + NETWORK_NANOS, Kind.PROBED, probe.number);
    }

    private Probe newProbe() {
        Probe probe = new Probe(probes.size());
        probes.add(probe);
        return probe;
    }

    private void probed(Probe probe) {
        if (now < probe.server.pausedUntil) {
            at(probe.server.pausedUntil, Kind.PROBED, probe.number);
            return;
        }
        probe.inFlight = probe.server.inside();
        probe.latency = probe.server.latency();
        at(now + NETWORK_NANOS, Kind.TOLD, probe.number);
    }

    private Server server(EndpointStats endpoint) {
        return servers[endpoint.endpoint().address().getPort() - FIRST_PORT];
    }

    private void report(Client client, List<Endpoint> reported) {
        client.cluster().update(new Snapshot(SERVICE, reported), client.config());
    }

    private Result run() {
        at(gap(), Kind.COMES, 0);
        at(SECOND, Kind.SECOND_PASSED, 0);
        at(10_000_000, Kind.CONTROL, 0);
        switch (scenario) {
            case GCPAUSE -> Arrays.stream(servers).forEach(server -> at(untilPause(), Kind.PAUSES, server.number));
            case BROWNOUT -> {
                at(WARM_UP + 5 * SECOND, Kind.TURNS_SLOW, 7);
                at(WARM_UP + 15 * SECOND, Kind.HEALS, 7);
            }
            case COLDSTART -> at(WARM_UP + SECOND, Kind.JOINS, SERVERS - 1);
            case CHURN -> at(SECOND, Kind.REPORTED_ANEW, 0);
            default -> {}
        }
        while (true) {
            Call waiting = timeouts.peekFirst();
            if (waiting != null && waiting.begun + TIMEOUT_NANOS <= events.firstTime()) {
                now = waiting.begun + TIMEOUT_NANOS;
                timeouts.removeFirst();
                timeOut(waiting);
                continue;
            }
            now = events.firstTime();
            if (now > end) {
                break;
            }
            Kind kind = KINDS[events.firstKind()];
            int number = events.firstNumber();
            events.removeFirst();
            happen(kind, number);
        }
        long most = 0;
        long sum = 0;
        for (Server server : servers) {
            most = Math.max(most, server.total);
            sum += server.total;
        }
        return Result.of(latencies, measured, errors, total, (double) most / sum * SERVERS);
    }

    private void happen(Kind kind, int number) {
        switch (kind) {
            case COMES -> {
                at(now + gap(), Kind.COMES, 0);
                comes();
            }
            case ARRIVES -> arrives(calls.get(number));
            case WORKED -> worked(calls.get(number));
            case ANSWERED -> answered(calls.get(number));
            case SECOND_PASSED -> {
                Arrays.stream(servers).forEach(server -> server.report(now));
                at(now + SECOND, Kind.SECOND_PASSED, 0);
            }
            case CONTROL -> {
                control.advance(Duration.ofMillis(10));
                at(now + 10_000_000, Kind.CONTROL, 0);
            }
            case PAUSES -> {
                servers[number].pausedUntil = now + PAUSE_NANOS;
                at(now + PAUSE_NANOS, Kind.RESUMES, number);
                at(now + PAUSE_NANOS + untilPause(), Kind.PAUSES, number);
            }
            case RESUMES -> workOff(servers[number]);
            case TURNS_SLOW -> servers[number].slowness = 10;
            case HEALS -> servers[number].slowness = 1;
            case JOINS -> {
                servers[number].joined = now;
                for (Client client : clients) {
                    report(client, endpoints);
                }
            }
            case PROBED -> probed(probes.get(number));
            case TOLD -> {
                Probe probe = probes.get(number);
                probe.answer.answered(probe.inFlight, probe.latency);
                unusedProbes.addLast(probe);
            }
            case REPORTED_ANEW -> {
                List<Endpoint> shuffled = new ArrayList<>(endpoints);
                Collections.shuffle(shuffled, new Random(now));
                for (Client client : clients) {
                    report(client, shuffled);
                }
                at(now + SECOND / 2, Kind.REPORTED_ANEW, 0);
            }
        }
    }

    private void comes() {
        Client client = clients[world.nextInt(clients.length)];
        double work = exponential(world, WORK_NANOS);
        EndpointStats endpoint = client.cluster().pick(PickContext.none(), now);
        if (endpoint == null) {
            count(now, 0, false);
            return;
        }
        Call call = unused.isEmpty() ? newCall() : unused.removeLast();
        call.client = client;
        call.endpoint = endpoint;
        call.server = server(endpoint);
        call.begun = now;
        call.work = work;
        call.over = false;
        call.failed = false;
        call.references = 2; // the event that follows, and the time-out
        underWay[call.server.number]++;
        at(now + NETWORK_NANOS, Kind.ARRIVES, call.number);
        timeouts.addLast(call);
    }

    private Call newCall() {
        Call call = new Call(calls.size());
        calls.add(call);
        return call;
    }

    private void arrives(Call call) {
        Server server = call.server;
        underWay[server.number]--;
        server.total++;
        call.insideOnArrival = server.inside();
        if (server.failing) {
            server.failedOne();
            server.took(FAILURE_NANOS, 0);
            call.failed = true;
            at(now + FAILURE_NANOS + NETWORK_NANOS, Kind.ANSWERED, call.number);
        } else if (server.busy < Server.WORKERS && now >= server.pausedUntil) {
            begin(server, call);
        } else {
            server.queue.addLast(call);
        }
    }

    private void begin(Server server, Call call) {
        server.busy(1, now);
        at(now + server.serviceNanos(call, now), Kind.WORKED, call.number);
    }

    private void worked(Call call) {
        Server server = call.server;
        if (now < server.pausedUntil) {
            at(server.pausedUntil, Kind.WORKED, call.number);
            return;
        }
        server.busy(-1, now);
        server.finished();
        server.took(now - call.begun - NETWORK_NANOS, call.insideOnArrival);
        at(now + NETWORK_NANOS, Kind.ANSWERED, call.number);
        workOff(server);
    }

    private void workOff(Server server) {
        while (server.busy < Server.WORKERS && !server.queue.isEmpty() && now >= server.pausedUntil) {
            Call next = server.queue.removeFirst();
            if (next.over) {
                release(next); // its client has gone
            } else {
                begin(server, next);
            }
        }
    }

    private void answered(Call call) {
        if (!call.over) {
            call.over = true;
            call.endpoint.complete(call.failed ? Outcome.FAILURE : Outcome.SUCCESS, call.begun, now);
            call.endpoint.reported(call.server.report, now); // each answer carries what the server last found
            count(call.begun, now - call.begun, !call.failed);
        }
        release(call);
    }

    private void timeOut(Call call) {
        if (!call.over) {
            call.over = true;
            call.endpoint.complete(Outcome.TIMEOUT, call.begun, now);
            count(call.begun, TIMEOUT_NANOS, false);
        }
        release(call);
    }

    private void release(Call call) {
        if (--call.references == 0) {
            unused.addLast(call);
        }
    }

    private void count(long begun, long latency, boolean good) {
        if (begun < WARM_UP) {
            return;
        }
        total++;
        if (!good) {
            errors++;
            if (latency < TIMEOUT_NANOS) {
                return;
            }
        }
        if (measured == latencies.length) {
            latencies = Arrays.copyOf(latencies, measured * 2);
        }
        latencies[measured++] = latency;
    }

    private void at(long time, Kind kind, int number) {
        events.add(time, kind.ordinal(), number);
    }

    private long gap() {
        return (long) exponential(world, meanGap);
    }

    private long untilPause() {
        return (long) exponential(accidents, PAUSE_EVERY_NANOS);
    }

    /** A question to a server, and what becomes of it. */
    private static final class Probe {

        private final int number;
        private Server server;
        private Prober.Answer answer;
        private int inFlight;
        private long latency;

        Probe(int number) {
            this.number = number;
        }
    }

    private static double exponential(SplittableRandom random, double mean) {
        return -mean * StrictMath.log(1 - random.nextDouble());
    }
}
