package io.evenkeel.l7;

import io.evenkeel.l7.http.HeadScanner;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.Http2Requests;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.netty.channel.EventLoop;

/**
 * What all connections of one event loop share: parsers with their scratch bytes, the pool of upstream connections, the
 * clock. Used on that loop only, so nothing of it is ever contended.
 */
final class LoopResources {

    final byte[] scratch = new byte[HeadScanner.MAX_HEAD];
    final RequestHead request = new RequestHead();
    final ResponseHead response = new ResponseHead();
    final HeadWriter writer = new HeadWriter();
    final HeadWriter http2Writer = new HeadWriter();
    final Http2Requests http2Requests = new Http2Requests();
    final LoopClock clock;
    final UpstreamPool pool;
    final Http2UpstreamPool http2Pool;

    LoopResources(EventLoop loop) {
        this.clock = new LoopClock(loop);
        this.pool = new UpstreamPool(clock);
        this.http2Pool = new Http2UpstreamPool(clock);
    }
}
