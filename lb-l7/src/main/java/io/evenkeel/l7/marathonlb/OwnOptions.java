package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.marathonlb.template.TemplateEffects;
import io.evenkeel.layer.SlowStart;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What labels of our own ask of a service port as a whole. Immutable.
 *
 * @param maxConnections how many requests, or connections in mode tcp, each task takes at once, if there is a limit
 * @param http2 whether clients may begin with HTTP/2 where there is no TLS
 * @param errorPages the names of files by the status that they are shown for
 * @param keptWhenEmpty whether it is served without a task, too
 * @param drainTimeout how long what tasks have may go on when they take nothing new, if there is a limit
 * @param mirror who gets copies of requests
 * @param split who else gets requests
 * @param nearness how tasks near the proxy are preferred
 * @param startsDown whether a task gets nothing before a health check of its has passed
 * @param certificates what is shown to clients of its virtual hosts over TLS; nothing of its own if there are none
 * @param slowStart within which time tasks come to their whole share, and which, if it takes any of them any
 */
public record OwnOptions(
        OptionalInt maxConnections,
        boolean http2,
        Map<Integer, String> errorPages,
        boolean keptWhenEmpty,
        Optional<Duration> drainTimeout,
        Optional<TrafficShare> mirror,
        List<TrafficShare> split,
        Nearness nearness,
        boolean startsDown,
        List<Path> certificates,
        Optional<SlowStart> slowStart) {

    /** How tasks near the proxy are preferred. */
    public enum Nearness {
        /** Not at all. */
        NONE,
        /** As far as they bear it. */
        PREFERRED,
        /** As long as there is one. */
        STRICT
    }

    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final Set<Integer> STATUSES = Set.of(400, 403, 408, 429, 502, 503, 504);
    private static final Pattern PAGE =
            Pattern.compile("([0-9]{3})=([A-Za-z0-9][A-Za-z0-9._-]*\\.(?:html|htm|json|txt))");

    /** Copies. */
    public OwnOptions {
        errorPages = Map.copyOf(errorPages);
        split = List.copyOf(split);
        certificates = List.copyOf(certificates);
    }

    /** Reads the labels, which come before what templates say. */
    static OwnOptions of(MarathonLbLabels labels, TemplateEffects effects) {
        labels.isTrue(
                OwnLabel.READINESS); // or is refused: who goes by it takes what is neither true nor false for false
        OptionalInt maxConnections = OwnValues.number(labels, OwnLabel.MAX_CONNECTIONS, 1, MOST_CONNECTIONS);
        return new OwnOptions(
                maxConnections.isPresent() ? maxConnections : effects.maxConnections(),
                !labels.has(OwnLabel.HTTP2) || labels.isTrue(OwnLabel.HTTP2),
                errorPages(labels),
                labels.isTrue(OwnLabel.KEEP_WHEN_EMPTY),
                OwnValues.duration(labels, OwnLabel.DRAIN_TIMEOUT),
                mirror(labels),
                split(labels),
                nearness(labels),
                labels.isTrue(OwnLabel.START_DOWN),
                certificates(labels),
                OwnValues.duration(labels, OwnLabel.SLOW_START)
                        .map(SlowStart::over)
                        .or(() -> effects.slowStart()
                                .map(window -> SlowStart.over(window).withNewcomers(false))));
    }

    /** The same, but that a task gets its share at once. */
    OwnOptions withoutStartingDown() {
        return new OwnOptions(
                maxConnections,
                http2,
                errorPages,
                keptWhenEmpty,
                drainTimeout,
                mirror,
                split,
                nearness,
                false,
                certificates,
                slowStart);
    }

    private static Map<Integer, String> errorPages(MarathonLbLabels labels) {
        Map<Integer, String> pages = new TreeMap<>();
        for (String item : OwnValues.list(labels.get(OwnLabel.ERROR_PAGE))) {
            var matcher = PAGE.matcher(item);
            if (!matcher.matches()
                    || !STATUSES.contains(Integer.parseInt(matcher.group(1)))
                    || pages.put(Integer.parseInt(matcher.group(1)), matcher.group(2)) != null) {
                throw labels.wrong(OwnLabel.ERROR_PAGE);
            }
        }
        return pages;
    }

    private static List<Path> certificates(MarathonLbLabels labels) {
        try {
            return OwnValues.list(labels.get(OwnLabel.VHOST_CERT)).stream()
                    .map(Path::of)
                    .toList();
        } catch (InvalidPathException e) {
            throw labels.wrong(OwnLabel.VHOST_CERT);
        }
    }

    private static Optional<TrafficShare> mirror(MarathonLbLabels labels) {
        if (!labels.has(OwnLabel.MIRROR)) {
            return Optional.empty();
        }
        return Optional.of(
                TrafficShare.parse(labels.get(OwnLabel.MIRROR)).orElseThrow(() -> labels.wrong(OwnLabel.MIRROR)));
    }

    private static List<TrafficShare> split(MarathonLbLabels labels) {
        List<TrafficShare> shares = new ArrayList<>();
        for (String item : OwnValues.list(labels.get(OwnLabel.SPLIT))) {
            shares.add(TrafficShare.parse(item).orElseThrow(() -> labels.wrong(OwnLabel.SPLIT)));
        }
        if (shares.stream().mapToInt(TrafficShare::percent).sum() > 100) {
            throw labels.wrong(OwnLabel.SPLIT, "no more than 100% together");
        }
        return shares;
    }

    private static Nearness nearness(MarathonLbLabels labels) {
        return switch (labels.get(OwnLabel.LOCALITY).toLowerCase(Locale.ROOT)) {
            case "" -> Nearness.NONE;
            case "prefer" -> Nearness.PREFERRED;
            case "strict" -> Nearness.STRICT;
            default -> throw labels.wrong(OwnLabel.LOCALITY);
        };
    }
}
