/**
 * A Mesos-DNS to test against: {@link io.evenkeel.testing.mesosdns.MesosDnsSimulator} knows the tasks of a simulated
 * Marathon, and tells them over DNS and HTTP with the habits of the real one.
 *
 * <pre>
 *   MarathonSimulator ─ refresh ─► MesosZone ─► MesosDnsAnswers ─► DnsServer, over UDP and TCP
 *        tasks                      records └─► MesosDnsApi ─────► HTTP
 * </pre>
 */
@NullMarked
package io.evenkeel.testing.mesosdns;

import org.jspecify.annotations.NullMarked;
