package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KillInFlightTest {
    private static final int CLIENTS = 4;

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
    void noConnectionThatWasAcceptedFails() throws Exception {
        SimulatedTask task = marathon.simulator()
                .createApp("{\"id\":\"/app\"}")
                .awaitTasks(1, Rest.PATIENCE)
                .get(0);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        CountDownLatch warm = new CountDownLatch(CLIENTS * 20);
        List<Future<Integer>> served = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            served.add(clients.submit(() -> askUntilRefused(task, warm)));
        }
        warm.await();
        marathon.simulator().scale("/app", 0);
        for (Future<Integer> count : served) {
            assertThat(count.get()).isGreaterThanOrEqualTo(20);
        }
        clients.shutdown();
    }

    private static int askUntilRefused(SimulatedTask task, CountDownLatch warm) throws IOException {
        int port = task.addresses().get(0).getPort();
        for (int served = 0; ; served++) {
            try (Socket socket = Rest.connect(task.host(), port)) {
                ask(socket, "/?_sleep=2");
                assertThat(Rest.readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
                warm.countDown();
            } catch (ConnectException refused) {
                return served;
            }
        }
    }

    private static void ask(Socket socket, String target) throws IOException {
        String request = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }
}
