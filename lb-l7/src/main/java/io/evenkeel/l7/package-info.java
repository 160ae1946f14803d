/**
 * The HTTP proxy: an {@link io.evenkeel.l7.HttpFrontend} accepts connections, its {@link io.evenkeel.l7.Router} names an
 * {@link io.evenkeel.l7.HttpBackend} for each request, and the exchange is relayed over a pooled connection to one
 * endpoint of the backend's cluster. {@link io.evenkeel.l7.HttpProxy} puts these together for programs that want a whole
 * proxy, by {@link io.evenkeel.l7.HttpRoutes}.
 *
 * <p>The life of a request:
 *
 * <ol>
 *   <li>Bytes arrive at a {@code ClientConnection}; when the head is complete it is parsed and validated in one pass.
 *   <li>The router answers with a {@link io.evenkeel.l7.Route}: a backend, or a reply of our own.
 *   <li>What holds requests back from a backend lets it pass or answers it: its access rules, and its {@code Gate} with
 *       rate limit and circuit breaker. A {@link io.evenkeel.l7.Split} may name another backend, a {@link
 *       io.evenkeel.l7.Mirror} takes a copy.
 *   <li>The new head, with framing and forwarding fields of our own, is written into one buffer.
 *   <li>An {@code EndpointSearch} picks an endpoint, and takes an {@code UpstreamConnection} to it from this event loop's pool,
 *       if the request could be repeated, or opens one. If that fails, another endpoint is tried; nothing has been sent yet. If all
 *       have as many as they take, it waits in the backend's {@code WaitingRoom}, where there is one.
 *   <li>Body bytes pass as slices of what was received, in both directions, with back-pressure.
 *   <li>If the upstream fails before a byte of response, a request that may be repeated is repeated elsewhere.
 *   <li>The upstream connection goes back to the pool if both messages ended cleanly, and the next request begins.
 * </ol>
 *
 * <p>Versions of HTTP meet in the exchange: its {@code Downstream} is a {@code ClientConnection} or a stream of an {@code
 * Http2ClientConnection}, and heads have the form of HTTP/1.1 in between, so that parsing, routing and rewriting exist
 * once; its {@code Upstream} is an {@code UpstreamConnection} or a stream of an {@code Http2UpstreamConnection}, which many
 * exchanges of one event loop share. A client's connection begins as one of HTTP/1.1 and hands over when ALPN, or the first bytes, say so.
 *
 * <p>What comes of a request is noted in a {@code RequestRecord} on the way, for statistics and the {@link
 * io.evenkeel.l7.log.AccessLog access log}.
 *
 * <p>Both connections of an exchange live on the same event loop, so nothing here locks or hands over.
 */
@NullMarked
package io.evenkeel.l7;

import org.jspecify.annotations.NullMarked;
