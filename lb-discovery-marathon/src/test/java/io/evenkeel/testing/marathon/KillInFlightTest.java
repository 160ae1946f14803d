package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KillInFlightTest {
    private static final int CLIENTS = 100;

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    @Test
    void requestInHandIsAnsweredAndIsTheLastOnItsConnection() throws IOException {
        SimulatedTask task = marathon.simulator()
                .createApp("{\"id\":\"/app\"}")
                .awaitTasks(1, Rest.PATIENCE)
                .get(0);
        try (Socket busy = Rest.connect(task.host(), task.ports().get(0));
                Socket idle = Rest.connect(task.host(), task.ports().get(0))) {
            ask(idle, "/");
            assertThat(Rest.readUntil(idle, "\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
            busy.getOutputStream().write("GET / HTTP/1.1\r\nHost".getBytes(StandardCharsets.US_ASCII));
            marathon.simulator().scale("/app", 0);
            idle.getInputStream().readAllBytes();
            busy.getOutputStream().write(": x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("Connection: close", task.id());
        }
        marathon.simulator().awaitTasks("/app", 0, Rest.PATIENCE);
    }

    @Test
    void everyConnectionMadeBeforeTheKillIsServed() throws IOException {
        SimulatedTask task = marathon.simulator()
                .createApp("{\"id\":\"/app\"}")
                .awaitTasks(1, Rest.PATIENCE)
                .get(0);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Rest.connect(task.host(), task.addresses().get(0).getPort()));
            ask(clients.get(i), "/?_sleep=" + i % 10);
        }
        marathon.simulator().scale("/app", 0);
        for (Socket client : clients) {
            assertThat(Rest.readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
            client.close();
        }
        marathon.simulator().awaitTasks("/app", 0, Rest.PATIENCE);
    }

    private static void ask(Socket socket, String target) throws IOException {
        String request = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }
}
