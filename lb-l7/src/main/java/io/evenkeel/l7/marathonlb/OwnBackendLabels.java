package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.BackendPolicy;
import io.evenkeel.l7.BackendProtocol;
import io.evenkeel.l7.CircuitRule;
import io.evenkeel.l7.Compression;
import io.evenkeel.l7.QueueRule;
import io.evenkeel.l7.RateLimit;
import io.evenkeel.l7.RetryRule;
import io.evenkeel.l7.marathonlb.template.TemplateEffects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what the labels of our own ask of a port's backend. Stateless. They come before what templates say. */
final class OwnBackendLabels {

    private static final int MOST_RETRIES = 100;
    private static final int MOST_WAITING = 10_000;
    private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration QUEUE_TIMEOUT_OF_HAPROXY = Duration.ofSeconds(30);
    private static final Pattern RATE = Pattern.compile("([0-9]{1,9})/([smh])(?::([0-9]{1,9}))?(\\s+per\\s+ip)?");
    private static final Pattern CIRCUIT =
            Pattern.compile("([0-9]{1,3})\\s*%\\s*of\\s+([0-9]{1,5})\\s*,\\s*([0-9]+[a-z]+)");

    private OwnBackendLabels() {}

    static void read(MarathonLbLabels labels, TemplateEffects effects, boolean tls, BackendOptions.Builder options) {
        options.limits(limits(labels).or(effects.limits()));
        options.rules(effects.rules()
                .with(HeaderLabels.edits(
                        labels, OwnLabel.REQUEST_HEADERS, effects.rules().edits())));
        options.responseEdits(HeaderLabels.edits(labels, OwnLabel.RESPONSE_HEADERS, effects.responseEdits()));
        compression(labels, options);
        options.policy(policy(labels, effects).withProtocol(protocol(labels, tls)));
    }

    private static BackendLimits limits(MarathonLbLabels labels) {
        return new BackendLimits(
                OwnValues.duration(labels, OwnLabel.TIMEOUT_CONNECT),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_CLIENT),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_SERVER),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_TUNNEL),
                OwnValues.number(labels, OwnLabel.RETRIES, 0, MOST_RETRIES));
    }

    private static BackendPolicy policy(MarathonLbLabels labels, TemplateEffects effects) {
        BackendPolicy policy = BackendPolicy.NONE;
        if (labels.has(OwnLabel.RETRY_ON)) {
            policy = policy.withRetries(retries(labels));
        }
        boolean waits = effects.maxConnections().isPresent() && !labels.has(OwnLabel.MAX_CONNECTIONS);
        if (labels.has(OwnLabel.MAX_QUEUE) || waits) {
            policy = policy.withQueue(queue(labels, effects));
        } else if (labels.has(OwnLabel.TIMEOUT_QUEUE)) {
            throw labels.wrong(OwnLabel.TIMEOUT_QUEUE, labels.name(OwnLabel.MAX_QUEUE) + " with it");
        }
        if (labels.has(OwnLabel.RATE_LIMIT)) {
            policy = policy.withRateLimit(rateLimit(labels));
        }
        if (labels.has(OwnLabel.CIRCUIT_BREAKER)) {
            policy = policy.withCircuit(circuit(labels));
        }
        if (labels.has(OwnLabel.WEBSOCKET)) {
            policy = policy.withWebSockets(labels.isTrue(OwnLabel.WEBSOCKET));
        }
        return policy;
    }

    private static BackendProtocol protocol(MarathonLbLabels labels, boolean tls) {
        BackendProtocol protocol = switch (labels.get(OwnLabel.BACKEND_PROTOCOL).toLowerCase(Locale.ROOT)) {
            case "", "http1" -> BackendProtocol.HTTP1;
            case "h2c" -> BackendProtocol.H2C;
            case "h2" -> BackendProtocol.H2;
            default -> throw labels.wrong(OwnLabel.BACKEND_PROTOCOL);
        };
        if (protocol == BackendProtocol.H2 && !tls) {
            throw labels.wrong(OwnLabel.BACKEND_PROTOCOL, labels.name(OwnLabel.BACKEND_TLS) + " with it");
        }
        if (protocol == BackendProtocol.H2C && tls) {
            throw labels.wrong(OwnLabel.BACKEND_PROTOCOL, "h2, since tasks are spoken to over TLS");
        }
        return protocol;
    }

    private static RetryRule retries(MarathonLbLabels labels) {
        boolean reset = false;
        List<Integer> statuses = new ArrayList<>();
        for (String word : OwnValues.list(labels.get(OwnLabel.RETRY_ON))) {
            OptionalInt status = OwnValues.number(word, 400, 599);
            if (word.equals("reset")) {
                reset = true;
            } else if (status.isPresent()) {
                statuses.add(status.getAsInt());
            } else if (!word.equals("connect")) {
                throw labels.wrong(OwnLabel.RETRY_ON);
            }
        }
        return new RetryRule(reset, statuses);
    }

    /* HAProxy's servers have queues without end, and marathon-lb's own template has a patience for them. */
    private static QueueRule queue(MarathonLbLabels labels, TemplateEffects effects) {
        boolean limitIsOfTemplate = !labels.has(OwnLabel.MAX_CONNECTIONS);
        if (limitIsOfTemplate && effects.maxConnections().isEmpty()) {
            throw labels.wrong(OwnLabel.MAX_QUEUE, labels.name(OwnLabel.MAX_CONNECTIONS) + " with it");
        }
        return new QueueRule(
                OwnValues.number(labels, OwnLabel.MAX_QUEUE, 1, MOST_WAITING).orElse(MOST_WAITING),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_QUEUE)
                        .or(effects::queueTimeout)
                        .orElse(limitIsOfTemplate ? QUEUE_TIMEOUT_OF_HAPROXY : QUEUE_TIMEOUT));
    }

    private static RateLimit rateLimit(MarathonLbLabels labels) {
        Matcher matcher = RATE.matcher(labels.get(OwnLabel.RATE_LIMIT));
        if (!matcher.matches()) {
            throw labels.wrong(OwnLabel.RATE_LIMIT);
        }
        int permits = Integer.parseInt(matcher.group(1));
        Duration period = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        int burst = matcher.group(3) == null ? permits : Integer.parseInt(matcher.group(3));
        if (!RateLimit.isMadeUpFor(permits, period, burst)) {
            throw labels.wrong(OwnLabel.RATE_LIMIT, RateLimit.BURST);
        }
        try {
            return new RateLimit(permits, period, burst, matcher.group(4) != null);
        } catch (IllegalArgumentException e) {
            throw labels.wrong(OwnLabel.RATE_LIMIT);
        }
    }

    private static CircuitRule circuit(MarathonLbLabels labels) {
        Matcher matcher = CIRCUIT.matcher(labels.get(OwnLabel.CIRCUIT_BREAKER));
        if (!matcher.matches()) {
            throw labels.wrong(OwnLabel.CIRCUIT_BREAKER);
        }
        try {
            return new CircuitRule(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    OwnValues.duration(matcher.group(3)).orElseThrow(() -> labels.wrong(OwnLabel.CIRCUIT_BREAKER)));
        } catch (IllegalArgumentException e) {
            throw labels.wrong(OwnLabel.CIRCUIT_BREAKER);
        }
    }

    private static void compression(MarathonLbLabels labels, BackendOptions.Builder options) {
        String value = labels.get(OwnLabel.COMPRESSION);
        if (value.isEmpty()) {
            return;
        }
        String[] parts = value.split("\\s+", 2);
        List<String> types = parts.length == 1 ? List.of() : OwnValues.list(parts[1]);
        boolean named = parts.length == 1 || !types.isEmpty();
        if (!parts[0].toLowerCase(Locale.ROOT).equals("gzip")
                || !named
                || !types.stream().allMatch(type -> type.matches("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]*"))) {
            throw labels.wrong(OwnLabel.COMPRESSION);
        }
        options.compression(new Compression(types));
    }

    /** Those of a port's labels that mean nothing where it passes bytes, by their full names. */
    static List<String> withoutEffectInTcp(MarathonLbLabels labels) {
        return Stream.of(OwnLabel.values())
                .filter(label -> label.isHttpOnly() && labels.has(label))
                .map(labels::name)
                .collect(Collectors.toList());
    }
}
