package io.evenkeel.l7;

import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one request after the other, whatever version of HTTP the client speaks: takes the response, and is
 * told when something moves.
 *
 * <p>Heads come as {@link HeadRewriter} wrote them, in the form of HTTP/1.1, and each version encodes them as its own. Used
 * on the event loop of the exchange only.
 */
interface Downstream {

    /** Where all of the exchange happens. */
    EventLoop eventLoop();

    /** Whether this is no client but the copy of a request, which is not copied again. */
    default boolean isCopy() {
        return false;
    }

    /** The connection, if what is written is sent as it is; null if it is not. */
    default @Nullable SocketChannel plainChannel() {
        return null;
    }

    /** Notes that bytes of the response went to the client; to be told of those that go by the {@link #plainChannel}. */
    default void sent(long bytes) {
        throw new UnsupportedOperationException("no plain channel");
    }

    /** Where the buffers come from that are written here. */
    ByteBufAllocator alloc();

    /** What is noted of the request. */
    RequestRecord record();

    /** Who the client is. */
    Peer peer();

    /** Hands on what has been kept of the request since nobody took it, and goes as far as that allows. */
    void pump();

    /** Receives more, or stops to, by what the exchange takes. */
    void adjustReading();

    /** Something moved: the endpoint, or the client, gets its whole patience again. */
    void progress();

    /** Whether the client takes more of the response now. */
    boolean isWritable();

    /** Whether another request may follow on the connection. */
    boolean mayGoOn();

    /** Counts a response. */
    void count(int status);

    /** Counts a body that was compressed, as far as it was. */
    void countCompressed(GzipBody body);

    /** Passes an informational response on. */
    void writeInformational(HeadWriter head);

    /** Passes the agreement to an upgrade on; bytes pass unread from then on. */
    void beginTunnel(HeadWriter head);

    /** Says that nothing more comes through the tunnel, once all that came is sent; the client may still say something. */
    void endTunnelOutput();

    /** Passes the final response's head on. */
    void writeHead(HeadWriter head);

    /**
     * Passes the final response's head on, or puts it in front of a body whose length it tells if it can, to be passed on with
     * that: then it is readable there.
     *
     * @param begun the beginning of the body, and in front of it what has been read already
     */
    default void writeHead(HeadWriter head, ByteBuf begun) {
        writeHead(head);
    }

    /** Passes a part of the response's body on, or of what a tunnel carries if the framing is {@code NONE}. */
    void writeBody(ByteBuf payload, BodyFraming framing);

    /** Says that the response's body is whole; trailers go only where they are known. */
    void writeEnd(BodyFraming framing, @Nullable Http2Headers trailers);

    /** Sends what was written. */
    void flush();

    /** The response is whole, and the connection may go on or not. */
    void exchangeDone(boolean keepAlive);

    /** Begins the exchange with a backend, by terms of its that the request was judged by. */
    void serve(HttpBackend backend, BackendTerms terms, RequestHead request);

    /** Sends the client elsewhere. */
    void redirect(Verdict.Redirect redirect, RequestHead request);

    /** Asks the client who it is. */
    void challenge(String realm, boolean headOnly);

    /** Ends without an answer. */
    void drop();

    /** Answers in place of an endpoint with the usual page, and counts that. */
    default void replyError(int status, boolean headOnly) {
        replyPage(status, Replies.error(alloc(), status, headOnly));
    }

    /** Answers in place of an endpoint with a whole response that says that the connection ends, and counts that. */
    void replyPage(int status, ByteBuf page);

    /** Ends a response that is not whole so that the client can tell. */
    void cut(BodyFraming framing);
}
