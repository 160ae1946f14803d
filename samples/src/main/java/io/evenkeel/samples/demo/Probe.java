package io.evenkeel.samples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One way to ask a service who it is. Opens a connection of its own each time, so every answer is balanced anew. */
@FunctionalInterface
interface Probe {

    /** Milliseconds after which an answer no longer counts. */
    int TIMEOUT = 5000;

    /**
     * Asks.
     *
     * @return the task that answered
     * @throws IOException if no proper answer came
     */
    String ask() throws IOException;

    /** Where to ask; looked up anew for each request, as a client without a cache would. */
    @FunctionalInterface
    interface Target {

        InetSocketAddress address() throws IOException;
    }

    /** Asks over HTTP and reads the task from its {@code X-Task} header. */
    static Probe http(Target target) {
        return () -> {
            try (Socket socket = connect(target)) {
                send(socket, "GET / HTTP/1.1\r\nHost: app2.example\r\nConnection: close\r\n\r\n");
                BufferedReader reader = reader(socket);
                String status = reader.readLine();
                if (status == null || !status.contains(" 200 ")) {
                    throw new IOException("status: " + status + " (expected: 200)");
                }
                String task = "?";
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (line.toLowerCase(Locale.ROOT).startsWith("x-task:")) {
                        task = line.substring("x-task:".length()).trim();
                    }
                }
                return task;
            }
        };
    }

    /** Asks in the Redis protocol and reads the task from what {@code INFO} tells. */
    static Probe redis(Target target) {
        return () -> {
            try (Socket socket = connect(target)) {
                send(socket, "INFO\r\n");
                BufferedReader reader = reader(socket);
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (line.startsWith("task_id:")) {
                        return line.substring("task_id:".length()).trim();
                    }
                }
                throw new IOException("the connection ended (expected: an answer to INFO)");
            }
        };
    }

    private static Socket connect(Target target) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(target.address(), TIMEOUT);
            socket.setSoTimeout(TIMEOUT);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }
}
