/**
 * Discovery from Marathon, of any version since 0.7: {@link io.evenkeel.discovery.marathon.MarathonDiscovery}.
 *
 * <pre>
 *   control thread                                fetch thread
 *   EventStream ─ event ─► RefreshTrigger ─ read ─► MarathonClient ─► AppsParser ─► CatalogBuilder ─► listeners
 *    ▲  SseParser            ▲   one at a time       hosts in order    one app at     AddressRules
 *    │  watchdog, backoff    └── result, backoff ──┐ timeouts          a time         HealthMemory
 *   HttpEventTransport           ControlLoop  ◄────┘                                  ReadinessMemory, HostResolver
 * </pre>
 *
 * <p>Events only say <em>that</em> something changed. They may be lost, doubled or out of order, and a stream cannot be
 * resumed; so each one leads to a read of everything, coalesced, and so does each new stream, and time passing. What is
 * known changes only by a whole answer that passed every check; an application that cannot be understood is a problem of
 * its own and of nobody else.
 *
 * <p>The parts are separate so that each can be tested alone: those that decide know time only through a ticker and a
 * scheduler, those that read know bytes and JSON but no sockets, and {@code MarathonClient} and {@code
 * HttpEventTransport} are the only ones that speak HTTP.
 */
@NullMarked
package io.evenkeel.discovery.marathon;

import org.jspecify.annotations.NullMarked;
