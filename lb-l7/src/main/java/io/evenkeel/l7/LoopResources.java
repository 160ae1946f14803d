package io.evenkeel.l7;

import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l7.http.HeadScanner;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.Http2Requests;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.evenkeel.l7.log.AccessRing;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one event loop share: parsers with their scratch bytes, the pool of upstream connections, the
 * clock, the way to the access log if there is one. Used on that loop only, so nothing of it is ever contended.
 */
final class LoopResources {

    private static final long MOST_KEPT = 16 * 1024 * 1024;

    final byte[] scratch = new byte[HeadScanner.MAX_HEAD];
    final RequestHead request = new RequestHead();
    final ResponseHead response = new ResponseHead();
    final HeadWriter writer = new HeadWriter();
    final HeadWriter http2Writer = new HeadWriter();
    final Http2Requests http2Requests = new Http2Requests();
    final ReceiveBuffers receiveBuffers = new ReceiveBuffers();
    final KeptLimit kept = new KeptLimit(MOST_KEPT);
    final LoopClock clock;
    final UpstreamPool pool;
    final Http2UpstreamPool http2Pool;
    final @Nullable AccessRing accessLog;
    private WriteBufferWaterMark tooMuch;

    LoopResources(EventLoop loop, Ticker ticker, @Nullable AccessRing accessLog, boolean sparing) {
        this.tooMuch = sparing ? Buffers.NOTHING : Buffers.SOME;
        this.accessLog = accessLog;
        this.clock = new LoopClock(loop, ticker);
        this.pool = new UpstreamPool(clock);
        this.http2Pool = new Http2UpstreamPool(clock);
    }

    /** Whether nothing is to be read ahead of who takes it. */
    boolean isSparing() {
        return tooMuch == Buffers.NOTHING;
    }

    /** What is too much for a connection to have unsent, which may {@linkplain LoopClock.Timed#bound change}. */
    WriteBufferWaterMark tooMuch() {
        return tooMuch;
    }

    /** Has nothing be read ahead, or a little again. */
    void spare(boolean sparing) {
        WriteBufferWaterMark wanted = sparing ? Buffers.NOTHING : Buffers.SOME;
        tooMuch = wanted;
        clock.forEach(timed -> timed.bound(wanted));
    }

    /** Nobody comes for an idle connection any more. */
    void close() {
        pool.close();
        http2Pool.close();
    }
}
