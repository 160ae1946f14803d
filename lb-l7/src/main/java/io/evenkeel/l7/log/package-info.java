/**
 * The access log: one line for each request, and for each connection that bytes passed through.
 *
 * <pre>
 *   event loops ──AccessRecord──► AccessRing, one per loop ──► AccessLog ──► AccessLogReceiver
 *    (fill, never wait)             (bounded)            (one thread)        │ LineReceiver: LineFormat ──► LineTarget
 * </pre>
 *
 * <p>An event loop fills a record while it serves a request and puts it into its ring when the request is over: a few stores,
 * no lock, nothing allocated once there are records enough. Formatting and writing happen on the log's own thread; what it
 * does not keep up with is dropped and counted. Nothing here knows of channels, routes or requests.
 */
@NullMarked
package io.evenkeel.l7.log;

import org.jspecify.annotations.NullMarked;
