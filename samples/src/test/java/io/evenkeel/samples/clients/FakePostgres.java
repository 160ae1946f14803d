package io.evenkeel.samples.clients;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of PostgreSQL's protocol, version 3, as its JDBC driver needs to ask one question: everybody may come in, and
 * every query that returns something returns one row with the server's address.
 */
final class FakePostgres implements AutoCloseable {

    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final int TEXT = 25; // the type's object id

    private final String address;
    private final ServerSocket listener;
    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "fake-postgres");
        thread.setDaemon(true);
        return thread;
    });

    FakePostgres(InetSocketAddress at) throws IOException {
        address = at.getAddress().getHostAddress();
        listener = new ServerSocket(at.getPort(), 50, at.getAddress());
        workers.execute(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                workers.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            byte[] start = in.readNBytes(in.readInt() - 4);
            while (isRequestForEncryption(start)) {
                out.write('N');
                out.flush();
                start = in.readNBytes(in.readInt() - 4);
            }
            message(out, 'R', body -> body.writeInt(0)); // come in
            for (String parameter : new String[] {
                "server_version=16.0",
                "client_encoding=UTF8",
                "DateStyle=ISO",
                "integer_datetimes=on",
                "standard_conforming_strings=on",
                "server_encoding=UTF8",
                "TimeZone=UTC"
            }) {
                int equals = parameter.indexOf('=');
                message(out, 'S', body -> {
                    text(body, parameter.substring(0, equals));
                    text(body, parameter.substring(equals + 1));
                });
            }
            ready(out);
            String query = "";
            for (int type = in.read(); type >= 0 && type != 'X'; type = in.read()) {
                byte[] body = in.readNBytes(in.readInt() - 4);
                query = type == 'P' || type == 'Q' ? new String(body, StandardCharsets.UTF_8) : query;
                answer(out, type, query.contains("SELECT"));
            }
        } catch (IOException e) {
            // the client's business
        }
    }

    private static boolean isRequestForEncryption(byte[] start) {
        int code = (start[0] << 24) | ((start[1] & 0xff) << 16) | ((start[2] & 0xff) << 8) | (start[3] & 0xff);
        return code == SSL_REQUEST || code == GSS_REQUEST;
    }

    private void answer(DataOutputStream out, int type, boolean rows) throws IOException {
        switch (type) {
            case 'P' -> message(out, '1', body -> {});
            case 'B' -> message(out, '2', body -> {});
            case 'C' -> message(out, '3', body -> {});
            case 'D' -> {
                if (rows) {
                    message(out, 'T', FakePostgres::oneColumn);
                } else {
                    message(out, 'n', body -> {});
                }
            }
            case 'E' -> {
                if (rows) {
                    message(out, 'D', body -> {
                        body.writeShort(1);
                        body.writeInt(address.length());
                        body.writeBytes(address);
                    });
                }
                message(out, 'C', body -> text(body, rows ? "SELECT 1" : "SET"));
            }
            case 'Q' -> {
                if (rows) {
                    answer(out, 'D', true);
                }
                answer(out, 'E', rows);
                ready(out);
            }
            case 'S' -> ready(out);
            default -> throw new IOException("message: " + (char) type + " (expected: one that asks)");
        }
    }

    private static void oneColumn(DataOutputStream body) throws IOException {
        body.writeShort(1);
        text(body, "who");
        body.writeInt(0);
        body.writeShort(0);
        body.writeInt(TEXT);
        body.writeShort(-1);
        body.writeInt(-1);
        body.writeShort(0);
    }

    private static void ready(DataOutputStream out) throws IOException {
        message(out, 'Z', body -> body.writeByte('I'));
        out.flush();
    }

    private static void text(DataOutputStream body, String text) throws IOException {
        body.writeBytes(text);
        body.writeByte(0);
    }

    @FunctionalInterface
    private interface Body {
        void write(DataOutputStream body) throws IOException;
    }

    private static void message(DataOutputStream out, char type, Body writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.write(new DataOutputStream(bytes));
        out.writeByte(type);
        out.writeInt(4 + bytes.size());
        bytes.writeTo(out);
    }

    @Override
    public void close() {
        workers.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
