package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReceiveBuffersTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ReceiveBuffers buffers = new ReceiveBuffers();
    private final ExtendedHandle one = handle();
    private final ExtendedHandle other = handle();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void whatIsReceivedCanGrowAtItsFront() {
        ByteBuf buffer = receive(one, 200);
        assertThat(buffer.readableBytes()).isEqualTo(200);
        assertThat(buffer.readerIndex()).isEqualTo(128);
        ByteBuf second = receive(one, 100); // while the first is held
        assertThat(second.readerIndex()).isEqualTo(128);
        assertThat(second.readableBytes()).isEqualTo(100);
        buffer.release();
        second.release();
    }

    @Test
    void theConnectionsOfALoopReceiveIntoTheSameBufferOneAfterTheOther() {
        ByteBuf first = receive(one, 200);
        first.release();
        ByteBuf second = receive(other, 300);
        assertThat(second).isSameAs(first);
        assertThat(second.readableBytes()).isEqualTo(300);
        second.release();
        assertThat(second.refCnt()).isEqualTo(1);
    }

    @Test
    void whatIsHeldIsNotOverwritten() {
        ByteBuf first = receive(one, 200);
        ByteBuf held = first.retainedSlice();
        first.release();
        ByteBuf second = receive(other, 300);
        assertThat(second.memoryAddress()).isNotEqualTo(first.memoryAddress());
        held.release();
        second.release();
        assertThat(second.refCnt()).isZero(); // back in the pool
        ByteBuf third = receive(other, 300);
        assertThat(third).isSameAs(first);
        third.release();
    }

    @Test
    void longReceiptsHaveTheirOwnAndNoRoomInFront() {
        ByteBuf small = receive(one, 0);
        ByteBuf buffer = small;
        for (int i = 0; i < 10; i++) {
            buffer.release();
            buffer = receive(one, -1); // all of the buffer, so that the next is longer
        }
        assertThat(buffer.readerIndex()).isZero();
        assertThat(buffer.capacity()).isEqualTo(64 * 1024);
        ByteBuf second = receive(one, -1);
        assertThat(second).isNotSameAs(buffer);
        assertThat(second.readerIndex()).isZero();
        second.release();
        buffer.release();
        ByteBuf third = receive(one, 10);
        assertThat(third).isSameAs(buffer);
        assertThat(third.readableBytes()).isEqualTo(10);
        third.release();
        ByteBuf ofOther = receive(other, 10);
        assertThat(ofOther).isSameAs(small);
        ofOther.release();
    }

    @Test
    void aReceiptThatFillsItsBufferIsFollowedByAnother() {
        one.reset(channel.config());
        ByteBuf buffer = one.allocate(UnpooledByteBufAllocator.DEFAULT);
        one.attemptedBytesRead(buffer.writableBytes());
        one.lastBytesRead(buffer.writableBytes());
        one.incMessagesRead(1);
        assertThat(one.continueReading()).isTrue();
        one.attemptedBytesRead(buffer.writableBytes());
        one.lastBytesRead(buffer.writableBytes() - 1);
        assertThat(one.continueReading()).isFalse();
        buffer.release();
    }

    @SuppressWarnings("deprecation") // what the method returns
    private ExtendedHandle handle() {
        return (ExtendedHandle) buffers.newHandle();
    }

    /** So many bytes, or as many as there is room for. */
    private ByteBuf receive(ExtendedHandle handle, int wanted) {
        handle.reset(channel.config());
        ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
        int bytes = wanted < 0 ? buffer.writableBytes() : wanted;
        handle.attemptedBytesRead(buffer.writableBytes());
        handle.lastBytesRead(bytes);
        buffer.writeZero(bytes);
        handle.incMessagesRead(1);
        handle.readComplete();
        return buffer;
    }
}
