/**
 * HTTP/1.1 on the wire: strict parsers over byte arrays, body framing over buffers, and the writer of new heads; and what
 * puts the heads of HTTP/2 in that form and back.
 *
 * <p>Nothing here knows of channels, routes or endpoints, and nothing is materialised: a head is a set of offsets into
 * the bytes it was received in, valid until the next one is parsed. What a parser accepts is exactly what RFC 9110 and
 * RFC 9112 allow, with every leniency that has been used for request smuggling left out, and framing fields are never
 * passed on: whoever sends a message writes its framing anew.
 */
@NullMarked
package io.evenkeel.l7.http;

import org.jspecify.annotations.NullMarked;
