/**
 * Ways to put the load balancer under clients that only know names and ports: the JDK's HTTP client, and everything that
 * takes a {@code javax.net.SocketFactory}.
 *
 * <pre>
 *   http://web/…  ──► BalancedHttpClient ──────┐                              ┌──► java.net.http.HttpClient
 *                                              ├──► ServiceHosts ──► Cluster ─┤
 *   connect("db", 5432) ──► BalancedSocket… ───┘    (host → service)          └──► java.net.Socket
 * </pre>
 *
 * <p>{@link io.evenkeel.embed.ServiceHosts} says which names are ours; {@code Attempts} goes to another endpoint when one
 * cannot be reached. Nothing here is used by the rest of the library.
 */
@NullMarked
package io.evenkeel.embed;

import org.jspecify.annotations.NullMarked;
