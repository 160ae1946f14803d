package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * One port of one application: what a source says about a service besides its endpoints.
 *
 * <p>An application with several ports is several services. The first port carries the application's own name, the
 * others have {@code :index} appended; {@link Catalog#find} also understands {@code application:portName}.
 *
 * @param name unique within the source: {@code /shop/web}, {@code /shop/web:1}
 * @param application the owner: a Marathon app id
 * @param namespace what a source's names live in: for Marathon the framework's name, which VIP names end with
 * @param portIndex position in the application's list of ports, from 0
 * @param portName the port's own name, empty if it has none
 * @param servicePort the port at which proxies serve it, 0 if none was given
 * @param protocol the transport
 * @param labels the application's labels
 * @param portLabels the labels of this port
 * @param checks the application's health checks, all of them
 * @param scale how many endpoints the owner asked for
 */
public record Service(
        String name,
        String application,
        String namespace,
        int portIndex,
        String portName,
        int servicePort,
        Protocol protocol,
        Map<String, String> labels,
        Map<String, String> portLabels,
        List<DeclaredCheck> checks,
        Scale scale) {

    /**
     * The label by which sources mark the ports of pods: those have no service port of their own, and a proxy may choose one.
     */
    public static final String POD_LABEL = "evenkeel.io/pod";

    /** Checks ranges and copies the collections. */
    public Service {
        requireNonNull(name, "name");
        requireNonNull(application, "application");
        requireNonNull(namespace, "namespace");
        requireNonNull(portName, "portName");
        requireNonNull(protocol, "protocol");
        requireNonNull(scale, "scale");
        if (portIndex < 0) {
            throw new IllegalArgumentException("portIndex: " + portIndex + " (expected: >= 0)");
        }
        if (servicePort < 0 || servicePort > 65_535) {
            throw new IllegalArgumentException("servicePort: " + servicePort + " (expected: 0 to 65535)");
        }
        labels = Map.copyOf(labels);
        portLabels = Map.copyOf(portLabels);
        checks = List.copyOf(checks);
    }

    /**
     * A service of which nobody says how many endpoints it should have.
     *
     * @param name unique within the source
     * @param application the owner
     * @param namespace what a source's names live in
     * @param portIndex position in the application's list of ports, from 0
     * @param portName the port's own name, empty if it has none
     * @param servicePort the port at which proxies serve it, 0 if none was given
     * @param protocol the transport
     * @param labels the application's labels
     * @param portLabels the labels of this port
     * @param checks the application's health checks, all of them
     */
    public Service(
            String name,
            String application,
            String namespace,
            int portIndex,
            String portName,
            int servicePort,
            Protocol protocol,
            Map<String, String> labels,
            Map<String, String> portLabels,
            List<DeclaredCheck> checks) {
        this(
                name,
                application,
                namespace,
                portIndex,
                portName,
                servicePort,
                protocol,
                labels,
                portLabels,
                checks,
                Scale.UNKNOWN);
    }

    /**
     * A service about which only its name is known.
     *
     * @param name the name, which is the application's too
     * @return a TCP service without labels
     */
    public static Service named(String name) {
        return new Service(name, name, "", 0, "", 0, Protocol.TCP, Map.of(), Map.of(), List.of());
    }

    /**
     * Whether this is a port of a pod.
     *
     * @return true if its source says so
     */
    public boolean isOfPod() {
        return portLabels.containsKey(POD_LABEL);
    }

    /**
     * This service under another name; whose it is does not change.
     *
     * @param newName the name
     * @return the changed copy
     */
    public Service withName(String newName) {
        return new Service(
                newName,
                application,
                namespace,
                portIndex,
                portName,
                servicePort,
                protocol,
                labels,
                portLabels,
                checks,
                scale);
    }

    /**
     * This service with other application labels.
     *
     * @param newLabels the labels
     * @return the changed copy
     */
    public Service withLabels(Map<String, String> newLabels) {
        return new Service(
                name,
                application,
                namespace,
                portIndex,
                portName,
                servicePort,
                protocol,
                newLabels,
                portLabels,
                checks,
                scale);
    }

    /**
     * This service with another owner.
     *
     * @param newName the name
     * @param newApplication the owner
     * @return the changed copy
     */
    public Service withOwner(String newName, String newApplication) {
        return new Service(
                newName,
                newApplication,
                namespace,
                portIndex,
                portName,
                servicePort,
                protocol,
                labels,
                portLabels,
                checks,
                scale);
    }

    /**
     * This service of another scale.
     *
     * @param newScale how many endpoints the owner asked for
     * @return the changed copy
     */
    public Service withScale(Scale newScale) {
        return new Service(
                name,
                application,
                namespace,
                portIndex,
                portName,
                servicePort,
                protocol,
                labels,
                portLabels,
                checks,
                newScale);
    }

    /**
     * This service with another service port.
     *
     * @param newPort the port at which proxies serve it, 0 for none
     * @return the changed copy
     */
    public Service withServicePort(int newPort) {
        return new Service(
                name,
                application,
                namespace,
                portIndex,
                portName,
                newPort,
                protocol,
                labels,
                portLabels,
                checks,
                scale);
    }

    /**
     * The name of the service at a position of an application's ports.
     *
     * @param application the application
     * @param portIndex the position, from 0
     * @return the application's name for the first port, with {@code :index} appended for the others
     */
    public static String nameOf(String application, int portIndex) {
        return portIndex == 0 ? application : application + ":" + portIndex;
    }
}
