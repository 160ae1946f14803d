package io.evenkeel.testing.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;

/** The records that a {@link DnsServer} answers from; changed by any thread at any time, and always seen whole. */
public final class DnsZone {

    private Map<Name, List<Record>> records = new LinkedHashMap<>();
    private long ttl = 1;
    private boolean additional;
    private boolean soa = true;

    /** The TTL of records that are added from now on, in seconds; 1 to begin with. */
    public synchronized DnsZone ttl(long seconds) {
        ttl = seconds;
        return this;
    }

    /** Whether SRV answers carry one address for each target; no to begin with. */
    public synchronized DnsZone additional(boolean with) {
        additional = with;
        return this;
    }

    /** Whether negative answers carry an SOA record, as they do to begin with. */
    public synchronized DnsZone soa(boolean with) {
        soa = with;
        return this;
    }

    public synchronized DnsZone srv(String name, int priority, int weight, int port, String target) {
        return add(new SRVRecord(name(name), DClass.IN, ttl, priority, weight, port, name(target)));
    }

    public synchronized DnsZone a(String name, String... addresses) {
        for (String address : addresses) {
            add(new ARecord(name(name), DClass.IN, ttl, address(address)));
        }
        return this;
    }

    public synchronized DnsZone aaaa(String name, String... addresses) {
        for (String address : addresses) {
            add(new AAAARecord(name(name), DClass.IN, ttl, address(address)));
        }
        return this;
    }

    public synchronized DnsZone cname(String name, String target) {
        return add(new CNAMERecord(name(name), DClass.IN, ttl, name(target)));
    }

    public synchronized DnsZone add(Record record) {
        records.computeIfAbsent(record.getName(), key -> new ArrayList<>()).add(record);
        return this;
    }

    /** Takes everything away that a name has. */
    public synchronized DnsZone remove(String name) {
        records.remove(name(name));
        return this;
    }

    public synchronized DnsZone clear() {
        records.clear();
        return this;
    }

    /** Does several changes that are seen together. */
    public synchronized DnsZone change(Runnable changes) {
        changes.run();
        return this;
    }

    synchronized boolean exists(Name name) {
        return records.containsKey(name);
    }

    synchronized boolean hasAdditional() {
        return additional;
    }

    synchronized List<Record> find(Name name, int type) {
        return records.getOrDefault(name, List.of()).stream()
                .filter(record -> record.getType() == type)
                .toList();
    }

    synchronized List<Record> negative(Name name) {
        if (!soa) {
            return List.of();
        }
        Name zone = name.labels() > 2 ? new Name(name, name.labels() - 2) : name;
        return List.of(new SOARecord(zone, DClass.IN, ttl, name("ns.test"), name("root.test"), 1, 60, 60, 60, ttl));
    }

    static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
