/**
 * Named VIPs: what an application's {@code VIP_0=/web:80} promises, kept by this process.
 *
 * <pre>
 *   Discovery ──► LoadBalancer ──VipTable──► VipDataPlane ──► VipProxy: a relay per VIP on 127.a.b.c
 *                                                 │
 *                                                 └──names──► DnsServer: web.marathon.l4lb.thisdcos.directory
 * </pre>
 *
 * <p>{@link io.evenkeel.l4.vip.VipService} is all of it in one object. Where a VIP's address is depends on the data plane,
 * so the data plane says what DNS answers.
 */
@NullMarked
package io.evenkeel.l4.vip;

import org.jspecify.annotations.NullMarked;
