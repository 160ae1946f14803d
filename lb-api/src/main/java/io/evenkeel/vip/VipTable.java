package io.evenkeel.vip;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which virtual IPs there are, where they are, and whose endpoints serve them.
 *
 * <p>Immutable and a pure function of a catalog. Services that claim the same VIP serve it together.
 */
public final class VipTable {

    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final VipTable EMPTY = new VipTable(new TreeMap<>(), Map.of(), List.of());

    private final NavigableMap<VirtualIp, Snapshot> snapshots;
    private final Map<String, Inet4Address> addresses;
    private final List<Problem> problems;

    private VipTable(
            NavigableMap<VirtualIp, Snapshot> snapshots, Map<String, Inet4Address> addresses, List<Problem> problems) {
        this.snapshots = Collections.unmodifiableNavigableMap(snapshots);
        this.addresses = addresses;
        this.problems = problems;
    }

    /**
     * A table without VIPs.
     *
     * @return the one empty table
     */
    public static VipTable empty() {
        return EMPTY;
    }

    /**
     * The VIPs that a catalog's labels claim.
     *
     * @param catalog what a source knows
     * @return the table
     */
    public static VipTable of(Catalog catalog) {
        Map<VirtualIp, List<Snapshot>> claims = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            for (VirtualIp vip :
                    VipLabel.of(service, reason -> problems.add(new Problem(service.application(), reason)))) {
                claims.computeIfAbsent(vip, v -> new ArrayList<>()).add(snapshot);
            }
        }
        NavigableMap<VirtualIp, Snapshot> merged = new TreeMap<>();
        Set<String> names = new TreeSet<>();
        claims.forEach((vip, claimants) -> {
            merged.put(vip, merge(vip, claimants));
            if (!vip.literal()) {
                names.add(vip.host());
            }
        });
        return new VipTable(merged, VipAddresses.assign(names), List.copyOf(problems));
    }

    /**
     * Reads a further catalog: only if a service that is not what it was claims a virtual IP, or did, is there anything to
     * read.
     *
     * @param before what this table was made of
     * @param newest what the source knows now
     * @return what {@link #of} says of the newest; this table, if that is the same
     */
    public VipTable after(Catalog before, Catalog newest) {
        for (String name : newest.changedSince(before)) {
            if (isLabelled(before.find(name)) || isLabelled(newest.find(name))) {
                return of(newest);
            }
        }
        return this;
    }

    private static boolean isLabelled(@Nullable Snapshot snapshot) {
        return snapshot != null && VipLabel.isOn(snapshot.service());
    }

    private static Snapshot merge(VirtualIp vip, List<Snapshot> claimants) {
        Service first = claimants.get(0).service();
        List<Endpoint> endpoints = new ArrayList<>();
        for (Snapshot claimant : claimants) {
            endpoints.addAll(claimant.endpoints());
        }
        Service service = new Service(
                vip.toString(),
                first.application(),
                first.namespace(),
                first.portIndex(),
                first.portName(),
                vip.port(),
                vip.protocol(),
                first.labels(),
                first.portLabels(),
                first.checks());
        return new Snapshot(service, endpoints);
    }

    /**
     * Every VIP that is claimed.
     *
     * @return sorted by host, port and protocol
     */
    public Set<VirtualIp> vips() {
        return snapshots.navigableKeySet();
    }

    /**
     * Who serves a VIP.
     *
     * @param vip the VIP
     * @return the endpoints of all who claim it, or null if nobody does
     */
    public @Nullable Snapshot snapshot(VirtualIp vip) {
        return snapshots.get(vip);
    }

    /**
     * The address of a name.
     *
     * @param name a normalised name without the zone
     * @return its address in 11.0.0.0/8, or null if no VIP has that name
     */
    public @Nullable Inet4Address address(String name) {
        return addresses.get(name);
    }

    /**
     * The addresses of all names.
     *
     * @return by normalised name, without the zone
     */
    public Map<String, Inet4Address> addresses() {
        return addresses;
    }

    /**
     * The labels that claim no VIP because they cannot be read.
     *
     * @return one for each label
     */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * The VIP that a client means by what it would connect to.
     *
     * @param authority {@code name.marathon.l4lb.thisdcos.directory:10000}, {@code name.marathon:10000} or
     *     {@code address:port}, in any case; {@code udp://} or {@code tcp://} may stand before it, without it is TCP
     * @return the VIP of that name, port and protocol, or null if nobody claims it
     */
    public @Nullable VirtualIp find(String authority) {
        String text = authority.toLowerCase(Locale.ROOT);
        Protocol protocol = text.startsWith("udp://") ? Protocol.UDP : Protocol.TCP;
        text = text.startsWith(protocol.lowerCase() + "://") ? text.substring("tcp://".length()) : text;
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !PORT.matcher(text.substring(colon + 1)).matches()) {
            return null;
        }
        String host = text.substring(0, colon);
        int port = Integer.parseInt(text.substring(colon + 1));
        if (host.endsWith("." + VipName.ZONE)) {
            host = host.substring(0, host.length() - VipName.ZONE.length() - 1);
        } else if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (port > 65_535) {
            return null;
        }
        String literal = VipLabel.literal(host);
        // Names never look like addresses, so whether the host is literal does not matter to the order.
        VirtualIp wanted = new VirtualIp(literal != null ? literal : host, port, protocol, false);
        VirtualIp found = snapshots.ceilingKey(wanted);
        return found != null && found.compareTo(wanted) == 0 ? found : null;
    }
}
