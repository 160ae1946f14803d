/**
 * Virtual IPs: stable names and addresses that stand for services, as DC/OS's Named VIPs defined them.
 *
 * <p>{@link io.evenkeel.vip.VipTable} reads the VIP labels of a catalog and merges the endpoints of everyone who claims
 * the same {@link io.evenkeel.vip.VirtualIp}; {@link io.evenkeel.vip.VipName} and
 * {@link io.evenkeel.vip.VipAddresses} turn a label into the DNS name and the address that a DC/OS cluster would have
 * given it. All of it is a pure function of the catalog, so every node computes the same table.
 */
@NullMarked
package io.evenkeel.vip;

import org.jspecify.annotations.NullMarked;
