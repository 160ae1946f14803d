package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good state on disk, for a start while Marathon is away.
 *
 * <p>Saving never holds anybody up: the newest state is written by a thread of its own, at most once in five seconds, to a
 * file beside it that then takes its place, so that a reader (and a crash) finds one whole state or the other. A file that
 * cannot be read, or is older than it may be, is as good as none.
 */
final class SnapshotFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;
    static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path file;
    private final Duration maxAge;
    private final ScheduledExecutorService writer;
    private final Clock clock;

    private @Nullable SavedState waiting;
    private Instant savedAt = Instant.EPOCH;
    private boolean scheduled;
    private boolean everWritten;
    private boolean failing;

    SnapshotFile(Path file, Duration maxAge, ScheduledExecutorService writer, Clock clock) {
        this.file = file;
        this.maxAge = maxAge;
        this.writer = writer;
        this.clock = clock;
    }

    static SnapshotFile at(Path file, Duration maxAge) {
        ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, Threads.named("save"));
        writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false); // the close writes by itself
        return new SnapshotFile(file, maxAge, writer, Clock.systemUTC());
    }

    /** Puts a state on the way to the disk. Any thread. */
    synchronized void save(SavedState state) {
        waiting = state;
        savedAt = clock.instant();
        schedule();
    }

    /** Whether the newest state was saved so long ago that it should be said again that it still is the newest. */
    synchronized boolean isAging() {
        return savedAt.isBefore(clock.instant().minus(maxAge.dividedBy(4)));
    }

    private synchronized void schedule() {
        if (!scheduled) {
            try {
                writer.schedule(this::writeNewest, everWritten ? PAUSE.toMillis() : 0, TimeUnit.MILLISECONDS);
                scheduled = true;
            } catch (RejectedExecutionException e) {
                LOG.trace("A state came after the close", e);
            }
        }
    }

    private void writeNewest() {
        SavedState newest;
        synchronized (this) {
            newest = waiting;
            waiting = null;
            scheduled = false;
            everWritten = true;
        }
        if (newest == null) {
            return;
        }
        try {
            Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
            try (FileChannel channel = FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING);
                    JsonGenerator json = JSON.getFactory().createGenerator(Channels.newOutputStream(channel))) {
                write(json, newest);
                json.flush();
                channel.force(true); // else the move may reach the disk before what is moved
            }
            move(temporary);
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                LOG.warn("{} cannot be written; a start without Marathon will lack it: {}", file, e.toString());
            }
            failing = true;
            putBack(newest);
        }
    }

    private synchronized void putBack(SavedState state) {
        if (waiting == null) {
            waiting = state;
        }
        schedule();
    }

    private void write(JsonGenerator json, SavedState state) throws IOException {
        json.setCodec(JSON);
        json.writeStartObject();
        json.writeNumberField("format", FORMAT);
        json.writeStringField("saved", clock.instant().toString());
        json.writeStringField("namespace", state.namespace());
        json.writeArrayFieldStart("pods");
        for (String pod : state.pods()) {
            json.writeString(pod);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("services");
        for (Snapshot snapshot : state.catalog().snapshots()) {
            json.writeObject(SavedService.of(snapshot));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void move(Path temporary) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes what waits; waits for that, but not long. */
    @Override
    public void close() {
        writer.execute(this::writeNewest);
        writer.shutdown();
        try {
            if (!writer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} is slow to write; it may lack the newest state", file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was saved before, or null if that is nothing to begin with. */
    @Nullable
    SavedState load() {
        try (JsonParser json = JSON.getFactory().createParser(Files.newInputStream(file))) {
            return read(json);
        } catch (NoSuchFileException e) {
            LOG.info("{} is not there; starting without it", file);
        } catch (IOException | RuntimeException e) { // whatever somebody has written there
            LOG.warn("{} cannot be used; starting without it: {}", file, e.toString());
        }
        return null;
    }

    private @Nullable SavedState read(JsonParser json) throws IOException {
        String namespace = "";
        Instant saved = Instant.EPOCH;
        int format = 0;
        Set<String> pods = new HashSet<>();
        List<Snapshot> snapshots = new ArrayList<>();
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException(json.currentToken() + " (expected: an object)");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "format" -> format = json.getValueAsInt();
                case "saved" -> saved = Instant.parse(json.getValueAsString(""));
                case "namespace" -> namespace = json.getValueAsString("");
                case "pods" -> {
                    while (json.nextToken() == JsonToken.VALUE_STRING) {
                        pods.add(json.getText());
                    }
                }
                case "services" -> {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        snapshots.add(JSON.readValue(json, SavedService.class).snapshot());
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (json.currentToken() != JsonToken.END_OBJECT || format != FORMAT) {
            throw new IOException("format " + format + ", ends with " + json.currentToken() + " (expected: format "
                    + FORMAT + ", a whole object)");
        }
        Duration age = Duration.between(saved, clock.instant());
        if (age.compareTo(maxAge) > 0) {
            LOG.warn("{} is of {}, too old to be used; starting without it", file, saved);
            return null;
        }
        LOG.info("{} holds {} services, as they were at {}", file, snapshots.size(), saved);
        return new SavedState(namespace, Catalog.of(snapshots), pods);
    }
}
