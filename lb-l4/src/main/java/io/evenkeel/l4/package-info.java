/**
 * Layer 4: TCP proxying on Netty, and named VIPs without a kernel's help.
 *
 * <pre>
 *   ListenerSet ──accept──► ConnectionAcceptor ──► TcpRelay ──pick──► Cluster
 *        ▲                        ▲                   │
 *        │ wanted addresses       │ (layer 7 has      └──► RelaySession: two RelayHalf handlers on one event loop
 *   VipProxy ◄── VipTable           its own)
 * </pre>
 *
 * <p>One {@link io.evenkeel.l4.Transport} carries everything: it accepts and works on the same event loops. Both halves of
 * a relayed connection live on one loop, so a session has no locks; nothing here blocks a loop. Listeners are changed by
 * naming the wanted set ({@link io.evenkeel.l4.ListenerSet#apply}), never one by one, and a change never disturbs
 * connections that exist.
 */
@NullMarked
package io.evenkeel.l4;

import org.jspecify.annotations.NullMarked;
