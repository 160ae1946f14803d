package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint's side of an exchange, whatever version of HTTP the endpoint speaks: takes the request, and tells the
 * exchange what comes back.
 *
 * <p>Used on the event loop of the exchange only.
 */
interface Upstream {

    /** Whom the request goes to. */
    EndpointStats endpoint();

    /** What the endpoint has seen of a backend. */
    HttpStats stats(HttpBackend backend);

    /** Whether the connection has served an exchange before, so that the endpoint may just be closing it. */
    boolean isReused();

    /** Whether so much as a byte of response has come. */
    boolean isAnswering();

    /** Whether the endpoint has done nothing with the request, so that anybody may be sent it again. */
    boolean isUntouched();

    /** Starts reading the response to a request that is about to be written. */
    void begin(Exchange newExchange, boolean isHeadRequest);

    /** Whether anything more can be sent; an answer may come nevertheless. */
    boolean isOutputOpen();

    /** Whether the endpoint takes more now. */
    boolean isWritable();

    /** Sends a request's head, in the form of HTTP/1.1, or what goes through a tunnel. */
    void write(ByteBuf bytes);

    /** Sends a part of the request's body. */
    void writeBody(ByteBuf payload, boolean chunked);

    /** Says that the request's body is whole; trailers go only where they are known. */
    void writeEnd(boolean chunked, @Nullable Http2Headers trailers);

    /** Sends what was written. */
    void flush();

    /** Stops reading, for as long as the client takes no more. */
    void pauseReading();

    /** Reads again; false if it was not paused, or somebody else reads. */
    boolean resumeReading();

    /** Whether a part of the response goes to the client by itself, and waits for it to take more. */
    default boolean isWaitingForClient() {
        return false;
    }

    /** The connection, if what is written is sent as it is; null if it is not. */
    default @Nullable SocketChannel plainChannel() {
        return null;
    }

    /** From now on bytes pass both ways unread. */
    void tunnel();

    /** Says that nothing more comes through the tunnel, once all that came is sent; the endpoint may still say something. */
    void endTunnelOutput();

    /** Ends the exchange, and with it what goes by itself; clean if request and response both came to their end. */
    void release(boolean clean);
}
