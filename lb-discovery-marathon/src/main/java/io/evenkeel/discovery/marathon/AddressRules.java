package io.evenkeel.discovery.marathon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules where a task's port is reached, for every networking mode.
 *
 * <p>Applications and tasks list their ports independently, and neither list can be trusted to be as long as the other:
 * tasks of an older version have the ports of that version, tasks that are being staged have none, and tasks on a
 * container network list only those that are mapped to the agent. What has no address is skipped, and nothing else is.
 */
final class AddressRules {

    private AddressRules() {}

    /**
     * Where to connect, before any name is looked up.
     *
     * @param host a name or a literal address
     * @param port 1 to 65535
     */
    record Target(String host, int port) {}

    static @Nullable Target target(App app, Task task, int index, boolean sixFirst) {
        AppPort port = app.ports().get(index);
        return switch (app.mode()) {
            case HOST -> target(task.host(), task.ports().isEmpty() ? port.number() : at(task.ports(), index));
            case BRIDGE ->
                target(
                        task.host(),
                        task.ports().isEmpty() ? port.number() : at(task.ports(), bridged(app, task, index)));
            case CONTAINER ->
                target(
                        ownAddress(app, task, port, sixFirst),
                        port.number() > 0 ? port.number() : mapped(app, task, index));
        };
    }

    private static @Nullable Target target(String host, int port) {
        return host.isEmpty() || port <= 0 || port > 65_535 ? null : new Target(host, port);
    }

    private static int at(List<Integer> ports, int index) {
        return index >= 0 && index < ports.size() ? ports.get(index) : 0;
    }

    /* Every mapping of a bridge has a port of the agent, unless the task lists exactly as many as say so. */
    private static int bridged(App app, Task task, int index) {
        int mapped = (int) app.ports().stream().filter(AppPort::mapped).count();
        boolean onlyMapped =
                task.ports().size() == mapped && mapped < app.ports().size();
        return onlyMapped ? mappedIndex(app, index) : index;
    }

    /* A container port of 0 means that the container listens on the port that it was given on the agent. */
    private static int mapped(App app, Task task, int index) {
        return at(task.ports(), mappedIndex(app, index));
    }

    private static int mappedIndex(App app, int index) {
        if (!app.ports().get(index).mapped()) {
            return -1;
        }
        return (int)
                app.ports().subList(0, index).stream().filter(AppPort::mapped).count();
    }

    /* Addresses come without the names of their networks; they can be told apart only if there is one for each. */
    private static String ownAddress(App app, Task task, AppPort port, boolean sixFirst) {
        List<String> addresses = task.addresses();
        if (addresses.isEmpty()) {
            return "";
        }
        if (addresses.size() == app.networks() && port.network() >= 0) {
            return addresses.get(port.network());
        }
        for (String address : addresses) {
            if (address.indexOf(':') >= 0 == sixFirst) {
                return address;
            }
        }
        return addresses.get(0);
    }
}
