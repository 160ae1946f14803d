package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptBodyTest {

    private final KeptLimit limit = new KeptLimit(100);

    private KeptBody body() {
        return new KeptBody(UnpooledByteBufAllocator.DEFAULT, limit);
    }

    private static ByteBuf bytes(int count) {
        return Unpooled.wrappedBuffer(new byte[count]);
    }

    @Test
    void whatIsBeyondTheLimitOfAllIsNotKept() {
        KeptBody first = body();
        KeptBody second = body();
        assertThat(first.add(bytes(60))).isTrue();
        assertThat(second.add(bytes(40))).isTrue();
        assertThat(second.add(bytes(1))).isFalse();
        assertThat(second.isEmpty()).isTrue();
        assertThat(limit.kept()).isEqualTo(60);
        assertThat(first.add(bytes(40))).isTrue();
        first.release();
        first.release();
        assertThat(limit.kept()).isZero();
    }

    @Test
    void whatIsGivenAwayIsNotKept() {
        List<KeptBody> bodies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            KeptBody body = body();
            bodies.add(body);
            assertThat(body.add(bytes(100))).isTrue();
            ByteBuf taken = body.take();
            assertThat(taken).isNotNull();
            taken.release();
        }
        bodies.forEach(KeptBody::release);
        assertThat(limit.kept()).isZero();
    }

    @Test
    void aBodyThatIsTooLargeByItselfLeavesRoomForOthers() {
        KeptLimit wide = new KeptLimit(10L * KeptBody.MAX);
        KeptBody large = new KeptBody(UnpooledByteBufAllocator.DEFAULT, wide);
        assertThat(large.add(bytes(KeptBody.MAX))).isTrue();
        assertThat(large.add(bytes(1))).isFalse();
        assertThat(wide.kept()).isZero();
    }
}
