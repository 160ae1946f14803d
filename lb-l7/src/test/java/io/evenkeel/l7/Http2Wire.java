package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** One end of an HTTP/2 connection over a blocking socket that sends exactly the frames a test tells it to. */
public final class Http2Wire implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int MAX_CONCURRENT_STREAMS = 3;
    public static final int INITIAL_WINDOW_SIZE = 4;
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    public record Frame(int type, int flags, int stream, String payload, List<String> fields) {

        public boolean isEndOfStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** The error code of RST_STREAM, or of GOAWAY if the last stream is skipped. */
        int number(int at) {
            return ByteBuffer.wrap(payload.getBytes(ISO_8859_1)).getInt(at);
        }
    }

    /** What came on one stream; each block of fields as lines {@code name: value}. */
    public record Message(List<List<String>> blocks, String body, int reset) {

        public String field(String name) {
            return field(blocks.get(blocks.size() > 1 && !isFinal(0) ? 1 : 0), name);
        }

        private boolean isFinal(int block) {
            return !field(blocks.get(block), ":status").startsWith("1");
        }

        public int status() {
            return Integer.parseInt(field(":status"));
        }

        public List<String> last() {
            return blocks.get(blocks.size() - 1);
        }

        private static String field(List<String> lines, String name) {
            return String.join(
                    " | ",
                    lines.stream()
                            .filter(line -> line.startsWith(name + ": "))
                            .map(line -> line.substring(name.length() + 2))
                            .toList());
        }
    }

    final Socket socket;
    final Map<Integer, Integer> settings = new HashMap<>();
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final ArrayDeque<Frame> kept = new ArrayDeque<>();
    boolean opensWindows = true;
    WindowUpdates windowUpdates = (stream, increment) -> {};

    /** Hears how much more may be sent. */
    @FunctionalInterface
    interface WindowUpdates {
        void opened(int stream, int increment);
    }

    private Http2Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(Wire.PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    }

    /** A client that has sent its preface. */
    public static Http2Wire client(Socket socket, int... settings) throws IOException {
        Http2Wire wire = new Http2Wire(socket);
        wire.raw(PREFACE.getBytes(ISO_8859_1));
        return wire.settings(settings);
    }

    public static Http2Wire to(InetSocketAddress address, int... settings) throws IOException {
        Socket socket = new Socket();
        socket.connect(address);
        return client(socket, settings);
    }

    /** A server that has received the client's preface. */
    public static Http2Wire server(Socket socket, int... settings) throws IOException {
        Http2Wire wire = new Http2Wire(socket);
        String preface = new String(wire.in.readNBytes(PREFACE.length()), ISO_8859_1);
        if (!preface.equals(PREFACE)) {
            throw new IOException("no preface: " + preface);
        }
        return wire.settings(settings);
    }

    private void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public Http2Wire frame(int type, int flags, int stream, byte[] payload) throws IOException {
        raw(bytesOf(type, flags, stream, payload));
        return this;
    }

    static byte[] bytesOf(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putShort((short) (payload.length >>> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    public Http2Wire settings(int... idsAndValues) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    /** Fields without compression; those of a name get a colon and blank between name and value. */
    static byte[] block(String... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String field : fields) {
            int colon = field.equals(": 1") ? 0 : field.indexOf(": ", 1);
            out.write(0);
            string(out, field.substring(0, colon));
            string(out, field.substring(colon + 2));
        }
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                out.write(rest % 128 + 128);
                rest /= 128;
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }

    public Http2Wire headers(int stream, boolean end, String... fields) throws IOException {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    /** A request with a body to follow, or none. */
    public Http2Wire request(int stream, boolean end, String method, String path, String... fields) throws IOException {
        List<String> all =
                new ArrayList<>(List.of(":method: " + method, ":scheme: http", ":authority: web", ":path: " + path));
        all.addAll(List.of(fields));
        return headers(stream, end, all.toArray(String[]::new));
    }

    public Http2Wire get(int stream, String path) throws IOException {
        return request(stream, true, "GET", path);
    }

    public Http2Wire data(int stream, boolean end, String payload) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream, payload.getBytes(ISO_8859_1));
    }

    public Http2Wire reset(int stream, int error) throws IOException {
        return frame(RST_STREAM, 0, stream, number(error));
    }

    public Http2Wire window(int stream, int increment) throws IOException {
        return frame(WINDOW_UPDATE, 0, stream, number(increment));
    }

    static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** The next frame that is about a stream, or ends the connection; null at the end. */
    public Frame next() throws IOException {
        Frame first = kept.poll();
        return first == null ? read() : first;
    }

    private Frame read() throws IOException {
        return read(false);
    }

    private Frame read(boolean untilWindow) throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = (first << 16) | in.readUnsignedShort();
            int type = in.read();
            int flags = in.read();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException("in the middle of a frame");
            }
            Frame frame = new Frame(
                    type,
                    flags,
                    stream,
                    new String(payload, ISO_8859_1),
                    type == HEADERS ? decode(payload) : List.of());
            if (type == SETTINGS) {
                if ((flags & ACK) == 0) {
                    ByteBuffer values = ByteBuffer.wrap(payload);
                    while (values.hasRemaining()) {
                        settings.put((int) values.getShort(), values.getInt());
                    }
                    frame(SETTINGS, ACK, 0, new byte[0]);
                }
            } else if (type == PING) {
                if ((flags & ACK) == 0) {
                    frame(PING, ACK, 0, payload);
                } else {
                    return frame;
                }
            } else if (type == WINDOW_UPDATE) {
                windowUpdates.opened(stream, frame.number(0));
                if (untilWindow) {
                    return frame;
                }
            } else {
                if (type == DATA && opensWindows && length > 0) {
                    window(0, length);
                    if (!frame.isEndOfStream()) {
                        window(stream, length);
                    }
                }
                return frame;
            }
        }
    }

    /** Reads until the other end takes more; anything else that comes is kept. */
    void awaitWindow() throws IOException {
        Frame frame = read(true);
        while (frame != null && frame.type() != WINDOW_UPDATE) {
            kept.add(frame);
            frame = read(true);
        }
    }

    /** The next frame of a stream, while those of others are kept. */
    public Frame next(int stream) throws IOException {
        for (Iterator<Frame> frames = kept.iterator(); frames.hasNext(); ) {
            Frame frame = frames.next();
            if (frame.stream() == stream) {
                frames.remove();
                return frame;
            }
        }
        while (true) {
            Frame frame = read();
            if (frame == null) {
                throw new EOFException("the connection ended");
            }
            if (frame.stream() == stream) {
                return frame;
            }
            kept.add(frame);
        }
    }

    /** The next frame of a stream, whose type is known. */
    public Frame expect(int type, int stream) throws IOException {
        Frame frame = next(stream);
        if (frame.type() != type) {
            throw new IOException("type " + type + " expected: " + frame);
        }
        return frame;
    }

    private List<String> decode(byte[] block) throws IOException {
        try {
            List<String> fields = new ArrayList<>();
            decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block))
                    .forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
            return fields;
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    /** Everything on a stream up to its end. */
    public Message message(int stream) throws IOException {
        List<List<String>> blocks = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        while (true) {
            Frame frame = next(stream);
            switch (frame.type()) {
                case HEADERS -> blocks.add(frame.fields());
                case DATA -> body.append(frame.payload());
                case RST_STREAM -> {
                    return new Message(blocks, body.toString(), frame.number(0));
                }
                default -> throw new IOException("unexpected: " + frame);
            }
            if (frame.isEndOfStream()) {
                return new Message(blocks, body.toString(), -1);
            }
        }
    }

    /** The error code with which the connection ends, once it has. */
    public int goAway() throws IOException {
        int error = -1;
        try {
            for (Frame frame = next(); frame != null; frame = next()) {
                if (frame.type() == GOAWAY) {
                    error = frame.number(4);
                }
            }
        } catch (java.net.SocketException e) {
            // Ended by a reset, since there was more of ours under way.
        }
        return error;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
