package io.evenkeel.l4.vip;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.vip.VipTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Services that claim VIPs. */
final class Vips {

    private Vips() {}

    static Service service(String application, String label) {
        return service(application, label, Protocol.TCP);
    }

    static Service service(String application, String label, Protocol protocol) {
        return new Service(
                application, application, "marathon", 0, "", 0, protocol, Map.of(), Map.of("VIP_0", label), List.of());
    }

    static Snapshot snapshot(String application, String label, Endpoint... endpoints) {
        return new Snapshot(service(application, label), List.of(endpoints));
    }

    static VipTable table(String... labels) {
        List<Snapshot> snapshots = new ArrayList<>();
        for (String label : labels) {
            snapshots.add(snapshot("/app" + snapshots.size(), label));
        }
        return VipTable.of(Catalog.of(snapshots));
    }
}
