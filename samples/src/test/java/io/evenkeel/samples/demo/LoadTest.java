package io.evenkeel.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadTest {

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Load load = new Load("web", this::answer, 1000);

    @AfterEach
    void close() {
        load.close();
    }

    @Test
    void answersAreCountedByWhoGaveThem() throws Exception {
        CompletableFuture<Map<String, Integer>> sample = sampling(3);
        answer("a", "a", "b", "a");
        assertThat(sample.get()).isEqualTo(Map.of("a", 2, "b", 1));
        assertThat(load.total()).isEqualTo(4);
        assertThat(load.failed()).isZero();
    }

    @Test
    void whatWasAskedBeforeTheSampleIsNotInIt() throws Exception {
        CompletableFuture<Map<String, Integer>> sample = sampling(1);
        answer("gone", "a");
        assertThat(sample.get()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void failuresAreCountedAndTheLastIsKept() throws Exception {
        answer("a", "fail", "a", "fail again");
        Eventually.holds("all are counted", () -> load.total() == 4);
        assertThat(load.failed()).isEqualTo(2);
        assertThat(load.lastFailure()).contains("fail again");
        assertThat(load.drain()).isEqualTo(Map.of("a", 2));
        assertThat(load.drain()).isEmpty();
    }

    /** A sample that has begun while a request is under way. */
    private CompletableFuture<Map<String, Integer>> sampling(int count) {
        CompletableFuture<Map<String, Integer>> result = new CompletableFuture<>();
        Thread sampler = new Thread(() -> {
            try {
                result.complete(load.sample(count));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        sampler.setDaemon(true);
        sampler.start();
        Eventually.holds("it waits for answers", () -> sampler.getState() == Thread.State.WAITING);
        return result;
    }

    private void answer(String... texts) {
        answers.addAll(List.of(texts));
    }

    private String answer() throws IOException {
        try {
            String answer = answers.take();
            if (answer.startsWith("fail")) {
                throw new IOException(answer);
            }
            return answer;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
