/**
 * Discovery from Marathon, of any version since 0.11: {@link io.evenkeel.discovery.marathon.MarathonDiscovery}.
 *
 * <pre>
 *   control thread                                    fetch thread
 *   EventStream ─ change ─► RefreshTrigger ─ read ─► CatalogReader ─► MarathonClient ─► AppsParser ─► Inventory ─► listeners
 *    ▲  SseParser     when    ▲  ReadPlanner            which page     hosts in order    one app at    AddressRules
 *    │  ChangeReader          │     what                               Authorization     a time        HealthMemory
 *   HttpEventTransport        └── result, backoff ──── ControlLoop                       PodReader     ReadinessMemory
 *                                                                                                      HostResolver
 * </pre>
 *
 * <p>Events only say <em>whom</em> something has happened to. What happened is not believed: events may be lost, doubled
 * or out of order, and a stream cannot be resumed. So an event leads to a read of the application that it names, or of
 * everything, coalesced; each new stream leads to a read of everything, and so does time passing. What is known changes
 * only by a whole answer that passed every check; an application that cannot be understood is a problem of its own, keeps
 * what was known of it, and is nobody else's. Only that a task ends is believed at once, and for a few seconds: it gets
 * nothing new while answers still list it as running ({@code Departures}, applied to what is published).
 *
 * <p>The parts are separate so that each can be tested alone: those that decide know time only through a ticker and a
 * scheduler, those that read know bytes and JSON but no sockets, and {@code MarathonClient}, {@code HttpEventTransport} and
 * {@code DcosLogin} are the only ones that speak HTTP.
 */
@NullMarked
package io.evenkeel.discovery.marathon;

import org.jspecify.annotations.NullMarked;
