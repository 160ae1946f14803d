package io.evenkeel.l4.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestDeadlineTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new RequestDeadline(Duration.ofSeconds(30)));

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void runsFromTheFirstByte() {
        passes(100);
        assertThat(channel.isOpen()).isTrue();
        for (int i = 0; i < 30; i++) {
            receives();
            assertThat(channel.isOpen()).as("after %s s", i).isTrue();
            passes(1);
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void endsWithTheAnswerAndBeginsAgainWithTheNextRequest() {
        receives();
        passes(29);
        channel.writeOutbound(Unpooled.buffer(1).writeByte('a'));
        passes(100);
        assertThat(channel.isOpen()).isTrue();
        receives();
        passes(29);
        assertThat(channel.isOpen()).isTrue();
        passes(1);
        assertThat(channel.isOpen()).isFalse();
    }

    private void receives() {
        channel.writeInbound(Unpooled.buffer(1).writeByte('q'));
    }

    private void passes(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
