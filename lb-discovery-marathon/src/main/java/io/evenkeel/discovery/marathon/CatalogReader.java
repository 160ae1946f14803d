package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.endpoint.Ticker;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read, from the question to the published catalog. Used by the fetching thread, which also calls the listeners.
 */
final class CatalogReader implements ControlLoop.Reader {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogReader.class);
    private static final String EMBED = "?embed=apps.tasks&embed=apps.readiness";
    private static final String EMBED_ONE = "?embed=app.tasks&embed=app.readiness";
    /* Below an application's page there are others, which hide the pages of applications of such names. */
    private static final Pattern OTHER_PAGES = Pattern.compile("/(tasks|versions|restart)$|/versions/[^/]*$|\\*");

    private static final String PODS = "/v2/pods/::status";

    private final MarathonClient client;
    private final Duration responseTimeout;
    private final FrameworkName name;
    private final AppFilter filter;
    private final Inventory inventory;
    private final EmptyAnswers empties;
    private final EmptyAnswers noPods;
    private final ReadinessMemory readiness;
    private final Publication publication;
    private final Executor telling;
    private final AtomicReference<@Nullable Set<String>> leaving =
            new AtomicReference<>(); // null while nobody is to tell
    private final Ticker ticker;
    private volatile @Nullable Long lastGood;

    private @Nullable Problem podProblem;
    /* Whether it was known when it could not be read. Once that has changed, it may be read by itself again. */
    private final Map<String, Boolean> unreadableAlone = new HashMap<>();
    private final Set<String> podsOfOthers = new HashSet<>();
    private boolean podsAgain;
    private boolean lookedAtDisk;
    private boolean everRead;

    CatalogReader(
            MarathonClient client,
            MarathonConfig config,
            FrameworkName name,
            Inventory inventory,
            ReadinessMemory readiness,
            Publication publication,
            Executor telling,
            Ticker ticker) {
        this.client = client;
        this.responseTimeout = config.responseTimeout();
        this.name = name;
        this.filter = AppFilter.of(config);
        this.inventory = inventory;
        this.empties = new EmptyAnswers(config.emptyPatience(), ticker);
        this.noPods = new EmptyAnswers(config.emptyPatience(), ticker);
        this.readiness = readiness;
        this.publication = publication;
        this.telling = telling;
        this.ticker = ticker;
    }

    /** The age of the newest good answer. Any thread. */
    Optional<Duration> sinceLastGood() {
        Long good = lastGood;
        return good == null ? Optional.empty() : Optional.of(Duration.ofNanos(ticker.nanos() - good));
    }

    /*
     * Not where reads are made: one may be waiting for a Marathon that does not answer. Those that end while others are being
     * told of are told of together.
     */
    @Override
    public void leaving(Set<String> tasks) {
        Set<String> before = leaving.getAndAccumulate(tasks, CatalogReader::together);
        if (before != null) {
            return; // somebody is about to tell of these as well
        }
        try {
            telling.execute(() -> publication.leaving(requireNonNullElse(leaving.getAndSet(null), Set.of())));
        } catch (RejectedExecutionException e) {
            LOG.trace("A task ended after the close", e);
        }
    }

    private static Set<String> together(@Nullable Set<String> some, Set<String> others) {
        if (some == null || some.isEmpty()) {
            return others;
        }
        if (some.size() >= Departures.MOST) {
            return some;
        }
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    @Override
    public void abandon() {
        client.abandon();
    }

    @Override
    public String leader() {
        return client.leader();
    }

    @Override
    public ControlLoop.Result read(Change what) {
        try {
            if (!lookedAtDisk) {
                lookedAtDisk = true;
                lookAtDisk();
            }
            String namespace = name.current();
            empties.ended(known(what.ended(), inventory.apps()));
            noPods.ended(known(what.ended(), inventory.pods()));
            boolean doubted = what.apps() && !readApps();
            if (doubted && !everRead) {
                publication.publishSaved();
                return ControlLoop.Result.doubted();
            }
            if (what.pods() || (what.apps() && what.ids().stream().anyMatch(this::mayBePod))) {
                readPods();
            }
            int unclear = 0;
            Set<String> oneByOne = what.apps() ? Set.of() : what.ids();
            for (String id : oneByOne) {
                unclear += readOne(id, what.ended().contains(id)) ? 0 : 1;
            }
            if (unclear > 0 && unclear == oneByOne.size()) {
                return ControlLoop.Result.unclear();
            }
            Catalog catalog = catalog(namespace);
            SavedState state =
                    new SavedState(namespace, catalog, inventory.pods().ids());
            if (doubted) {
                publication.publish(state, false);
                return ControlLoop.Result.doubted();
            }
            if (what.apps()) {
                inventory.forgetOthers();
            }
            if (what.isAll()) {
                unreadableAlone.clear(); // it may have been a passing trouble
            }
            if (what.apps() || !oneByOne.isEmpty() || (what.pods() && !podsAgain)) {
                lastGood = ticker.nanos();
            }
            everRead = true;
            publication.publish(state, what.apps());
            if (unclear > 0) {
                return ControlLoop.Result.unclear();
            }
            long soonest = readiness.takeSoonest();
            ControlLoop.Result good = ControlLoop.Result.good(
                    catalog.toString(),
                    soonest == Long.MAX_VALUE ? null : Duration.ofNanos(soonest),
                    inventory.apps().known().size() + inventory.pods().known().size());
            return podsAgain ? good.withoutPods() : good;
        } catch (DiscoveryException e) {
            empties.failed();
            publication.fail(e);
            return ControlLoop.Result.failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            publication.fail(new DiscoveryException("Marathon's answer could not be used: " + e, e));
            throw e;
        }
    }

    private boolean readApps() {
        AppsParser.Answer answer = filtered(get(
                "/v2/apps" + EMBED + filter.query(),
                false,
                body -> AppsParser.apps(body, inventory.apps().known())));
        Set<String> known = inventory.apps().ids();
        boolean empty = answer.apps().isEmpty() && answer.unreadable().isEmpty();
        if (empty && !known.isEmpty() && !empties.believe(known)) {
            return false;
        }
        if (!empty) {
            empties.notEmpty();
        }
        inventory.apps().replace(answer);
        Set<String> now = inventory.apps().known().keySet();
        unreadableAlone.entrySet().removeIf(one -> now.contains(one.getKey()) != one.getValue());
        return true;
    }

    /* Marathon before 1.4 has no pods, and a gateway may keep them to itself; that is no reason to lose the applications. */
    private void readPods() {
        podProblem = null;
        podsAgain = false;
        try {
            Map<String, App> known = inventory.pods().known();
            AppsParser.Answer all = get(PODS, true, body -> AppsParser.pods(body, known));
            all.apps().forEach(pod -> unreadableAlone.remove(pod.id())); // it was looked for among the applications
            podsOfOthers.clear();
            all.apps().stream().filter(pod -> !filter.has(pod)).forEach(pod -> podsOfOthers.add(pod.id()));
            AppsParser.Answer answer = filtered(all);
            boolean empty = answer.apps().isEmpty() && answer.unreadable().isEmpty();
            if (!empty) {
                noPods.notEmpty();
            }
            if (!empty || noPods.believe(inventory.pods().ids())) {
                inventory.pods().replace(answer);
            }
        } catch (DiscoveryException e) {
            noPods.failed();
            podsAgain = !(e instanceof WrongStatusException wrong) || wrong.status() >= 500;
            if (!podsAgain) {
                inventory.pods().forgetBefore();
            }
            boolean matters = podsAgain || !inventory.pods().known().isEmpty();
            podProblem = matters ? new Problem("pods", String.valueOf(e.getMessage())) : null;
        }
    }

    private static Set<String> known(Set<String> ids, Inventory.Half half) {
        return ids.isEmpty() ? ids : ids.stream().filter(half.ids()::contains).collect(Collectors.toSet());
    }

    private boolean mayBePod(String id) {
        return filter.has(id)
                && !podsOfOthers.contains(id)
                && !inventory.apps().known().containsKey(id);
    }

    /**
     * Reads one application or pod.
     *
     * @param ended whether an event has said that it is gone
     * @return false if that was not enough to tell what has become of it
     */
    private boolean readOne(String id, boolean ended) {
        if (!filter.has(id) || podsOfOthers.contains(id)) {
            return true;
        }
        if (unreadableAlone.containsKey(id) || OTHER_PAGES.matcher(id).find()) {
            return false;
        }
        boolean pod = inventory.pods().known().containsKey(id);
        Inventory.Half half = pod ? inventory.pods() : inventory.apps();
        String path = pod ? "/v2/pods" + encoded(id) + "::status" : "/v2/apps" + encoded(id) + EMBED_ONE;
        try {
            AppsParser.Answer answer = get(
                    path, true, body -> pod ? AppsParser.pod(body, half.known()) : AppsParser.app(body, half.known()));
            if (!answer.apps().stream().allMatch(app -> app.id().equals(id))) {
                return unclear(id, new DiscoveryException(path + " is of another (expected: " + id + ")"));
            }
            if (answer.apps().stream().allMatch(filter::has)) {
                half.update(answer);
            } else {
                half.remove(id);
            }
            return true;
        } catch (DiscoveryException e) {
            if (!isOfOne(e)) {
                throw e;
            }
            if (ended && e instanceof WrongStatusException wrong && wrong.status() == 404) {
                half.remove(id);
                return true;
            }
            return unclear(id, e);
        }
    }

    /* Gone, or a pod that is new, or there are no such pages: the lists will tell. Anything else is everybody's trouble. */
    private static boolean isOfOne(DiscoveryException e) {
        if (e instanceof WrongStatusException wrong) {
            return wrong.status() != 401 && wrong.status() <= 500;
        }
        return e.getCause() instanceof BadAnswerException || e.getCause() instanceof JsonProcessingException;
    }

    private boolean unclear(String id, DiscoveryException why) {
        LOG.debug("{} could not be read by itself; everything will be read", id, why);
        if (!(why instanceof WrongStatusException wrong) || wrong.status() < 500) {
            unreadableAlone.put(id, inventory.apps().known().containsKey(id));
        }
        return false;
    }

    private <T> T get(String pathAndQuery, boolean sameEverywhere, MarathonClient.BodyReader<T> reader) {
        return client.get(pathAndQuery, sameEverywhere, responseTimeout, reader);
    }

    private AppsParser.Answer filtered(AppsParser.Answer answer) {
        List<App> ours = new ArrayList<>(answer.apps());
        return ours.removeIf(app -> !filter.has(app)) ? new AppsParser.Answer(ours, answer.unreadable()) : answer;
    }

    private static String encoded(String id) {
        StringBuilder path = new StringBuilder();
        for (String part : id.split("/", -1)) {
            if (!part.isEmpty()) {
                path.append('/')
                        .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
            }
        }
        return path.toString();
    }

    private void lookAtDisk() {
        SavedState saved = publication.lookAtDisk();
        if (saved != null) {
            name.assume(saved.namespace());
            inventory.recall(saved);
        }
    }

    private Catalog catalog(String namespace) {
        Catalog catalog = inventory.catalog(namespace);
        if (podProblem == null) {
            return catalog;
        }
        List<Problem> problems = new ArrayList<>(catalog.problems());
        problems.add(podProblem);
        return Catalog.of(catalog.snapshots(), problems);
    }
}
