package io.evenkeel.l4.vip;

import io.evenkeel.l4.dns.DnsLookup;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The names of a data plane as DNS sees them, with the names above them worked out once per change. */
final class VipNames implements DnsLookup {

    private final Supplier<Map<String, InetAddress>> source;
    private volatile Table newest = new Table(Map.of());

    VipNames(Supplier<Map<String, InetAddress>> source) {
        this.source = source;
    }

    @Override
    public @Nullable InetAddress find(String name) {
        return source.get().get(name);
    }

    @Override
    public boolean hasNamesBelow(String name) {
        Map<String, InetAddress> names = source.get();
        Table table = newest;
        if (table.names != names) {
            table = new Table(names);
            newest = table;
        }
        return table.parents.contains(name);
    }

    private static final class Table {

        private final Map<String, InetAddress> names;
        private final Set<String> parents = new HashSet<>();

        Table(Map<String, InetAddress> names) {
            this.names = names;
            for (String name : names.keySet()) {
                for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                    parents.add(name.substring(dot + 1));
                }
            }
        }
    }
}
