package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One end of an HTTP connection over a blocking socket that says exactly what a test tells it to. */
public final class Wire implements AutoCloseable {

    public static final int PATIENCE_MILLIS = 30_000;

    /** One message as it came; trailers are lines. */
    public record Message(String head, String body, List<String> trailers) {

        public Message(String head, String body) {
            this(head, body, List.of());
        }

        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        public String target() {
            return head.split(" ", 3)[1];
        }

        public List<String> values(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return head.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).trim())
                    .toList();
        }

        public String value(String name) {
            return String.join(" | ", values(name));
        }
    }

    public final Socket socket;
    private final InputStream in;

    public Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public static Wire to(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address);
        return new Wire(socket);
    }

    public Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    public Wire get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: web\r\n\r\n");
    }

    /** The head of the next message with its empty line, or an empty text at the end. */
    public String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.append((char) b);
            if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        if (head.length() > 0) {
            throw new EOFException("in the middle of a head: " + head);
        }
        return "";
    }

    /** The next request or response, whose body is framed by length or chunks, or is missing. */
    public Message message() throws IOException {
        String head = head();
        Message message = new Message(head, "");
        if (message.value("Transfer-Encoding").equals("chunked")) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(line(), 16);
                if (size == 0) {
                    List<String> trailers = new ArrayList<>();
                    for (String line = line(); !line.isEmpty(); line = line()) {
                        trailers.add(line);
                    }
                    return new Message(head, body.toString(ISO_8859_1), trailers);
                }
                body.write(exactly(size));
                if (!line().isEmpty()) {
                    throw new IOException("no end of chunk");
                }
            }
        }
        String length = message.value("Content-Length");
        return new Message(head, text(length.isEmpty() ? 0 : Integer.parseInt(length)));
    }

    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in the middle of a line: " + line);
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }

    public String text(int length) throws IOException {
        return new String(exactly(length), ISO_8859_1);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** Everything up to the end. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    public InputStream in() {
        return in;
    }

    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Goes away without a good-bye. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
