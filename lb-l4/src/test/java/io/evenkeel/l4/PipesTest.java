package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipesTest {

    private final Pipes pipes = new Pipes(2);

    @BeforeEach
    void needsPipes() {
        assumeTrue(Epoll.isAvailable());
    }

    @AfterEach
    void close() {
        pipes.close();
    }

    @Test
    void onesThatAreEmptyAreUsedAgainAndOthersAreNot() {
        Pipes.Pipe empty = pipes.take();
        Pipes.Pipe full = pipes.take();
        pipes.give(full, false);
        assertThat(full.in().isOpen()).isFalse();
        assertThat(full.out().isOpen()).isFalse();
        pipes.give(empty, true);
        assertThat(pipes.take()).isSameAs(empty);
        assertThat(pipes.take()).isNotNull().isNotSameAs(full);
    }

    @Test
    void thereAreNoMoreThanAgreed() {
        Pipes.Pipe one = pipes.take();
        assertThat(pipes.hasOne()).isTrue();
        Pipes.Pipe two = pipes.take();
        assertThat(pipes.hasOne()).isFalse();
        pipes.give(one, true);
        assertThat(pipes.hasOne()).isTrue();
        pipes.take();
        pipes.give(two, false);
        assertThat(pipes.hasOne()).isTrue();
    }

    @Test
    void whoGotNoneIsToldForAWhileThatThereIsNone() {
        Pipes.Pipe one = pipes.take();
        pipes.take();
        assertThat(pipes.take()).isNull();
        pipes.give(one, true);
        int askings = 0;
        while (!pipes.hasOne()) {
            askings++;
        }
        assertThat(askings).isEqualTo(1000);
    }

    @Test
    void oneThatIsOutWhenTheyAreClosedIsClosedWhenItComesBack() {
        Pipes.Pipe out = pipes.take();
        Pipes.Pipe in = pipes.take();
        pipes.give(in, true);
        pipes.close();
        assertThat(in.in().isOpen()).isFalse();
        assertThat(pipes.take()).isNull();
        pipes.give(out, true);
        assertThat(out.in().isOpen()).isFalse();
    }
}
