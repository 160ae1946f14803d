package io.evenkeel.l4.runner;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM or SIGINT and lets the process end with 0 once everything is closed: the end was asked for, so it is no
 * failure. Whoever asks a second time has it at once. One per process, made before the resources that are to be closed; closed after them.
 */
public final class EndSignal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndSignal.class);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Listens from now on. */
    public EndSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "evenkeel-end"));
    }

    /*
     * The JVM runs this on a signal, and would end with 143 after it; it also runs it when the program ends by itself,
     * and must then not stand in the way of that exit code.
     */
    private void end() {
        if (closed.getCount() == 0) {
            return;
        }
        for (String name : List.of("TERM", "INT")) {
            ProcessSignal.handle(name, EndSignal::endAtOnce);
        }
        asked.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("Ended");
        Runtime.getRuntime().halt(0);
    }

    private static void endAtOnce() {
        LOG.warn("Ended at once: asked a second time");
        Runtime.getRuntime().halt(0);
    }

    /**
     * Waits until the process is asked to end.
     *
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Everything is closed. */
    @Override
    public void close() {
        closed.countDown();
    }
}
