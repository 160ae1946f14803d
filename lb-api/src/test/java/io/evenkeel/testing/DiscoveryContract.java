package io.evenkeel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Subscription;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Discovery} promises, as tests: each source has a subclass that says how to open it and how to change
 * the world behind it.
 */
public abstract class DiscoveryContract {

    /** How long anything may take that does happen; only a broken source ever waits this long. */
    protected static final Duration PATIENCE = Duration.ofSeconds(20);

    private Discovery discovery;

    /** Opens a source over a world in which {@code service} has one endpoint at {@code 127.0.0.1:port}. */
    protected abstract Discovery open(String service, int port) throws Exception;

    /** Changes the world behind the source that was opened last: the service's only endpoint is another. */
    protected abstract void move(String service, int port) throws Exception;

    /** Releases the world behind the source. */
    protected void closeWorld() throws Exception {}

    @AfterEach
    final void closeEverything() throws Exception {
        if (discovery != null) {
            discovery.close();
        }
        closeWorld();
    }

    private Discovery opened() throws Exception {
        discovery = open("/contract", 1001);
        return discovery;
    }

    @Test
    void deliversTheNewestFirstToALateWatcher() throws Exception {
        Discovery source = opened();
        Recorder early = new Recorder();
        source.watch(early);
        early.await(1001);
        move("/contract", 1002);
        early.await(1002);
        Recorder late = new Recorder();
        source.watch(late);
        assertThat(late.next()).isEqualTo(1002);
    }

    @Test
    void deliversChanges() throws Exception {
        Discovery source = opened();
        Recorder recorder = new Recorder();
        source.watch(recorder);
        recorder.await(1001);
        move("/contract", 1002);
        recorder.await(1002);
        move("/contract", 1003);
        recorder.await(1003);
    }

    @Test
    void aClosedSubscriptionHearsNothing() throws Exception {
        Discovery source = opened();
        Recorder gone = new Recorder();
        Recorder stays = new Recorder();
        Subscription subscription = source.watch(gone);
        source.watch(stays);
        gone.await(1001);
        stays.await(1001);
        subscription.close();
        subscription.close();
        gone.ports.clear();
        move("/contract", 1002);
        stays.await(1002);
        assertThat(gone.ports).isEmpty();
    }

    @Test
    void aListenerThatThrowsDoesNotHurtOthers() throws Exception {
        Discovery source = opened();
        source.watch(catalog -> {
            throw new IllegalStateException("thrown by a test's listener, on purpose");
        });
        Recorder recorder = new Recorder();
        source.watch(recorder);
        recorder.await(1001);
        move("/contract", 1002);
        recorder.await(1002);
    }

    @Test
    void closeIsIdempotentAndSilences() throws Exception {
        Discovery source = opened();
        Recorder recorder = new Recorder();
        source.watch(recorder);
        recorder.await(1001);
        source.close();
        source.close();
        recorder.ports.clear();
        move("/contract", 1002);
        Recorder late = new Recorder();
        source.watch(late).close();
        assertThat(recorder.ports).isEmpty();
        assertThat(late.ports).isEmpty();
    }

    @Test
    void canBeClosedWithoutEverBeingWatched() throws Exception {
        Discovery source = opened();
        source.request("/contract");
        source.close();
    }

    /** The port of the one endpoint in each catalog, as they come. */
    private static final class Recorder implements CatalogListener {

        private final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();

        @Override
        public void onCatalog(Catalog catalog) {
            ports.add(catalog.find("/contract").endpoints().get(0).address().getPort());
        }

        Integer next() throws InterruptedException {
            return ports.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }

        void await(int port) throws InterruptedException {
            Integer seen = next();
            while (seen != null && seen != port) {
                seen = next();
            }
            assertThat(seen).isEqualTo(port);
        }
    }
}
