package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The event bus of one Marathon: it frames each event once and queues it for every attached stream that wants it. */
final class EventBus {
    private final Set<EventStream> streams = new LinkedHashSet<>();
    private final Workers workers;
    private final Faults faults;
    private final int maxOutstanding;
    private final Duration heartbeat;

    EventBus(Workers workers, Faults faults, int maxOutstanding, Duration heartbeat) {
        this.workers = workers;
        this.faults = faults;
        this.maxOutstanding = maxOutstanding;
        this.heartbeat = heartbeat;
    }

    void emit(ObjectNode event) {
        String type = event.path("eventType").asText();
        byte[] frame = frame(type, Json.text(event));
        List<EventStream> tooSlow = new ArrayList<>();
        synchronized (this) {
            if (!silent()) {
                for (EventStream stream : streams) {
                    if (stream.wants(type) && !stream.offer(frame)) {
                        tooSlow.add(stream);
                    }
                }
                tooSlow.forEach(streams::remove);
            }
        }
        tooSlow.forEach(stream -> emit(Events.stream("event_stream_detached", stream.remoteAddress())));
    }

    private static byte[] frame(String type, String data) {
        return ("event: " + type + "\r\ndata: " + data + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Serves one stream on the calling worker until it ends; the client's side is watched so that its end is seen. */
    void serve(Connection connection, Set<String> types, List<Map.Entry<String, String>> headers) throws IOException {
        EventStream stream = new EventStream(connection, types, maxOutstanding, this);
        stream.offer(Response.head(200, headers));
        synchronized (this) {
            streams.add(stream);
        }
        emit(Events.stream("event_stream_attached", connection.remoteAddress()));
        workers.run(() -> stream.write(heartbeat.toNanos()));
        try {
            while (connection.in().read() >= 0) {
                // A client has nothing to say on an event stream.
            }
        } finally {
            EventBus last = stream.bus();
            if (last.detach(stream)) {
                last.emit(Events.stream("event_stream_detached", connection.remoteAddress()));
            }
            stream.end();
        }
    }

    boolean silent() {
        return faults.has(Fault.SILENT_STREAMS);
    }

    /** Makes all streams those of another bus; their clients notice nothing. */
    void handOverTo(EventBus other) {
        List<EventStream> moving;
        synchronized (this) {
            moving = List.copyOf(streams);
            streams.clear();
            moving.forEach(stream -> stream.bus(other));
        }
        other.adopt(moving);
    }

    private synchronized void adopt(List<EventStream> others) {
        streams.addAll(others);
    }

    private synchronized boolean detach(EventStream stream) {
        return streams.remove(stream);
    }

    synchronized int size() {
        return streams.size();
    }

    /** How many frames wait on the stream that is furthest behind. */
    synchronized int backlog() {
        return streams.stream().mapToInt(EventStream::waiting).max().orElse(0);
    }

    /** Ends every stream with a plain end of file; no event tells of it. */
    void cut() {
        List<EventStream> ending;
        synchronized (this) {
            ending = List.copyOf(streams);
            streams.clear();
        }
        ending.forEach(EventStream::end);
    }
}
