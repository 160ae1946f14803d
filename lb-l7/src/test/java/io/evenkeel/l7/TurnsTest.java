package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final ArrayDeque<Runnable> thread = new ArrayDeque<>();
    private final Turns turns = new Turns(thread::add, 3);
    private final List<String> done = new ArrayList<>();

    @Test
    void whoHasLittleToDoDoesNotWaitForWhoHasMuch() {
        for (int i = 0; i < 3; i++) {
            work("busy", "busy" + i);
        }
        work("other", "other0");
        work("third", "third0");
        work("other", "other1");
        runAll();
        assertThat(done).containsExactly("busy0", "other0", "third0", "busy1", "other1", "busy2");
    }

    @Test
    void ofEachOwnerOnePieceOfWorkIsDoneAtATime() {
        work("one", "a");
        work("one", "b");
        assertThat(thread).hasSize(1);
        thread.remove().run();
        assertThat(thread).hasSize(1);
        assertThat(done).containsExactly("a");
    }

    @Test
    void whatWaitsIsBoundedForEachOwner() {
        for (int i = 0; i < 3; i++) {
            work("busy", "busy" + i);
        }
        assertThatThrownBy(() -> work("busy", "too much")).isInstanceOf(RejectedExecutionException.class);
        work("other", "other0");
        runAll();
        assertThat(done).containsExactly("busy0", "other0", "busy1", "busy2");
        work("busy", "again");
        runAll();
        assertThat(done).last().isEqualTo("again");
    }

    @Test
    void workThatFailsEndsNobodysTurns() {
        turns.execute("one", () -> {
            throw new IllegalStateException("on purpose");
        });
        work("one", "next");
        assertThatThrownBy(() -> thread.remove().run()).isInstanceOf(IllegalStateException.class);
        runAll();
        assertThat(done).containsExactly("next");
    }

    private void work(String owner, String name) {
        turns.execute(owner, () -> done.add(name));
    }

    private void runAll() {
        for (Runnable next = thread.poll(); next != null; next = thread.poll()) {
            next.run();
        }
    }
}
