package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.endpoint.Ticker;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read, from the question to the published catalog. Used by the fetching thread, which also calls the listeners.
 *
 * <p>An answer that says what is known already is not published again, unless a failure was reported in between: then
 * listeners learn that it is over.
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
    private final CatalogPublisher publisher;
    private final @Nullable SnapshotFile saved;
    private final Ticker ticker;
    private final AtomicLong generation = new AtomicLong();
    private volatile @Nullable Long lastGood;

    private @Nullable Catalog published;
    private @Nullable Problem podProblem;
    private final Set<String> unreadableAlone = new HashSet<>();
    private boolean everRead;
    private boolean failed;

    CatalogReader(
            MarathonClient client,
            MarathonConfig config,
            FrameworkName name,
            Inventory inventory,
            ReadinessMemory readiness,
            CatalogPublisher publisher,
            @Nullable SnapshotFile saved,
            Ticker ticker) {
        this.client = client;
        this.responseTimeout = config.responseTimeout();
        this.name = name;
        this.filter = AppFilter.of(config);
        this.inventory = inventory;
        this.empties = new EmptyAnswers(config.emptyPatience(), ticker);
        this.noPods = new EmptyAnswers(config.emptyPatience(), ticker);
        this.readiness = readiness;
        this.publisher = publisher;
        this.saved = saved;
        this.ticker = ticker;
    }

    /** How many catalogs were published. Any thread. */
    long generation() {
        return generation.get();
    }

    /** The age of the newest good answer. Any thread. */
    Optional<Duration> sinceLastGood() {
        Long good = lastGood;
        return good == null ? Optional.empty() : Optional.of(Duration.ofNanos(ticker.nanos() - good));
    }

    @Override
    public void abandon() {
        client.abandon();
    }

    @Override
    public ControlLoop.Result read(Change what) {
        try {
            String namespace = name.current();
            empties.named(what.ids());
            noPods.named(what.ids());
            if (what.apps() && !readApps()) {
                return ControlLoop.Result.doubted();
            }
            if (what.pods()) {
                readPods();
            }
            int unclear = 0;
            for (String id : what.ids()) {
                unclear += readOne(id) ? 0 : 1;
            }
            if (unclear > 0 && unclear == what.ids().size()) {
                return ControlLoop.Result.unclear();
            }
            Catalog catalog = inventory.catalog(namespace);
            if (what.apps()) {
                inventory.forgetOthers();
            }
            if (what.equals(Change.ALL)) {
                unreadableAlone.clear(); // it may have been a passing trouble
            }
            if (!what.equals(Change.JUDGEMENT)) {
                lastGood = ticker.nanos();
            }
            everRead = true;
            publish(catalog, namespace);
            if (unclear > 0) {
                return ControlLoop.Result.unclear();
            }
            long soonest = readiness.takeSoonest();
            return ControlLoop.Result.good(
                    catalog.toString(), soonest == Long.MAX_VALUE ? null : Duration.ofNanos(soonest));
        } catch (DiscoveryException e) {
            failed(e);
            return ControlLoop.Result.failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            failed(new DiscoveryException("Marathon's answer could not be used: " + e, e));
            throw e;
        }
    }

    private boolean readApps() {
        AppsParser.Answer answer = filtered(get(
                "/v2/apps" + EMBED + filter.query(),
                body -> AppsParser.apps(body, inventory.apps().known())));
        Set<String> known = inventory.apps().known().keySet();
        if (!everRead && published != null) { // by what was on disk
            known = published.snapshots().stream()
                    .map(snapshot -> snapshot.service().application())
                    .collect(Collectors.toSet());
        }
        boolean empty = answer.apps().isEmpty() && answer.unreadable().isEmpty();
        if (empty && !known.isEmpty() && !empties.believe(known)) {
            return false;
        }
        if (!empty) {
            empties.notEmpty();
        }
        inventory.apps().replace(answer);
        return true;
    }

    /* Marathon before 1.4 has no pods, and a gateway may keep them to itself; that is no reason to lose the applications. */
    private void readPods() {
        podProblem = null;
        try {
            Map<String, App> known = inventory.pods().known();
            AppsParser.Answer answer = filtered(get(PODS, body -> AppsParser.pods(body, known)));
            boolean empty = answer.apps().isEmpty() && answer.unreadable().isEmpty();
            if (!empty) {
                noPods.notEmpty();
            }
            if (!empty || noPods.believe(known.keySet())) {
                inventory.pods().replace(answer);
            }
        } catch (DiscoveryException e) {
            boolean hasPods = !(e instanceof WrongStatusException wrong) || wrong.status() >= 500;
            podProblem = hasPods ? new Problem("pods", String.valueOf(e.getMessage())) : null;
        }
    }

    /**
     * Reads one application or pod.
     *
     * @return false if that was not enough to tell what has become of it
     */
    private boolean readOne(String id) {
        if (!filter.has(id)) {
            return true;
        }
        if (unreadableAlone.contains(id) || OTHER_PAGES.matcher(id).find()) {
            return false;
        }
        boolean pod = inventory.pods().known().containsKey(id);
        Inventory.Half half = pod ? inventory.pods() : inventory.apps();
        String path = pod ? "/v2/pods" + encoded(id) + "::status" : "/v2/apps" + encoded(id) + EMBED_ONE;
        try {
            AppsParser.Answer answer =
                    get(path, body -> pod ? AppsParser.pod(body, half.known()) : AppsParser.app(body, half.known()));
            if (answer.apps().stream().allMatch(app -> app.id().equals(id) && filter.has(app))) {
                half.update(answer);
            } else {
                half.remove(id);
            }
            return true;
        } catch (DiscoveryException e) { // gone, or a pod that is new, or there are no such pages: the lists will tell
            return unclear(id, e);
        }
    }

    private boolean unclear(String id, DiscoveryException why) {
        LOG.debug("{} could not be read by itself; everything will be read", id, why);
        unreadableAlone.add(id);
        return false;
    }

    private <T> T get(String pathAndQuery, MarathonClient.BodyReader<T> reader) {
        return client.get(pathAndQuery, responseTimeout, reader);
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

    private void failed(DiscoveryException problem) {
        failed = true;
        if (!everRead && published == null && saved != null) {
            SnapshotFile.Saved before = saved.load();
            if (before != null) {
                name.assume(before.namespace());
                before.catalog()
                        .snapshots()
                        .forEach(snapshot -> snapshot.endpoints().forEach(inventory::recall));
                published = before.catalog();
                generation.incrementAndGet();
                publisher.publish(before.catalog());
            }
        }
        publisher.fail(problem);
    }

    private void publish(Catalog catalog, String namespace) {
        Catalog newest = catalog;
        if (podProblem != null) {
            List<Problem> problems = new ArrayList<>(catalog.problems());
            problems.add(podProblem);
            newest = Catalog.of(catalog.snapshots(), problems);
        }
        Catalog before = published;
        boolean same = before != null
                && before.snapshots().equals(newest.snapshots())
                && before.problems().equals(newest.problems());
        if (!same || failed) {
            published = newest;
            failed = false;
            generation.incrementAndGet();
            publisher.publish(newest);
        }
        if (!same && saved != null) {
            saved.save(newest, namespace);
        }
    }
}
