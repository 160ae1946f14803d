package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The TCP stand-in for a task: sends its id and a newline, then whatever it receives. */
final class EchoTask implements SocketServer.Protocol {
    private final SimulatedTask task;

    EchoTask(SimulatedTask task) {
        this.task = task;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        task.served();
        connection.out().write((task.id() + "\n").getBytes(StandardCharsets.UTF_8));
        connection.out().flush();
        byte[] buffer = new byte[16 * 1024];
        while (connection.awaitRequest()) {
            int length = connection.in().read(buffer);
            connection.out().write(buffer, 0, Math.max(0, length));
            connection.out().flush();
        }
    }
}
