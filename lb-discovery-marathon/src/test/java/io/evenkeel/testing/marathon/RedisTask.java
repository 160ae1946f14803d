package io.evenkeel.testing.marathon;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The Redis stand-in for a task: a handful of commands over RESP2, inline commands included; INFO tells the task id. */
final class RedisTask implements SocketServer.Protocol {
    private static final int MAX_ARGUMENT = 1024 * 1024;

    private final SimulatedTask task;
    private final Map<String, String> values = new ConcurrentHashMap<>();

    RedisTask(SimulatedTask task) {
        this.task = task;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        boolean open = true;
        while (open && connection.awaitRequest()) {
            List<String> command = command(connection.in());
            if (!command.isEmpty()) {
                task.served();
                String name = command.get(0).toUpperCase(Locale.ROOT);
                connection.out().write(reply(name, command).getBytes(StandardCharsets.ISO_8859_1));
                connection.out().flush();
                open = !name.equals("QUIT");
            }
        }
    }

    private String reply(String name, List<String> command) {
        int least = switch (name) {
            case "ECHO", "GET", "INCR" -> 2;
            case "SET" -> 3;
            default -> 1;
        };
        if (command.size() < least) {
            return "-ERR wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command\r\n";
        }
        return switch (name) {
            case "PING" -> command.size() > 1 ? bulk(command.get(1)) : "+PONG\r\n";
            case "ECHO" -> bulk(command.get(1));
            case "GET" -> bulk(values.get(command.get(1)));
            case "SET" -> {
                values.put(command.get(1), command.get(2));
                yield "+OK\r\n";
            }
            case "INCR" -> increment(command.get(1));
            case "INFO" -> bulk("# Server\r\nredis_version:7.0.0\r\ntask_id:" + task.id() + "\r\n");
            case "COMMAND" -> "*0\r\n";
            case "CLIENT", "QUIT" -> "+OK\r\n";
            default -> "-ERR unknown command '" + command.get(0) + "'\r\n";
        };
    }

    private String increment(String key) {
        try {
            String next =
                    values.compute(key, (k, value) -> Long.toString(Long.parseLong(value == null ? "0" : value) + 1));
            return ":" + next + "\r\n";
        } catch (NumberFormatException e) {
            return "-ERR value is not an integer or out of range\r\n";
        }
    }

    private static String bulk(String value) {
        return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
    }

    private static List<String> command(InputStream in) throws IOException {
        String line = line(in);
        List<String> command = new ArrayList<>();
        if (!line.startsWith("*")) {
            for (String word : line.strip().split("\\s+", -1)) {
                if (!word.isEmpty()) {
                    command.add(word);
                }
            }
            return command;
        }
        int count = number(line, "*");
        for (int i = 0; i < count; i++) {
            int length = number(line(in), "$");
            byte[] argument = in.readNBytes(length + 2);
            if (argument.length < length + 2) {
                throw new EOFException("command ended early");
            }
            command.add(new String(argument, 0, length, StandardCharsets.ISO_8859_1));
        }
        return command;
    }

    private static int number(String line, String prefix) throws IOException {
        try {
            int number = line.startsWith(prefix) ? Integer.parseInt(line.substring(1)) : -1;
            if (number >= 0 && number <= MAX_ARGUMENT) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("protocol error: " + line, e);
        }
        throw new IOException("protocol error: " + line);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() > MAX_ARGUMENT) {
                throw new EOFException("no end of line");
            }
            line.append((char) b);
        }
        int end = line.length() - 1;
        return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
    }
}
