package io.evenkeel.discovery.marathon;

import java.util.Map;

/**
 * One port of an application.
 *
 * @param name its own name, empty if it has none
 * @param tcp whether it is served over TCP
 * @param udp whether it is served over UDP
 * @param servicePort where proxies serve it, 0 if nothing valid is given
 * @param number the port inside the container, or the defined port for applications on the host; 0 if none
 * @param mapped whether it is mapped to a port of the agent, so that tasks list one for it
 * @param network the index of the network that it belongs to, -1 if it does not say
 * @param labels the port's labels
 */
record AppPort(
        String name,
        boolean tcp,
        boolean udp,
        int servicePort,
        int number,
        boolean mapped,
        int network,
        Map<String, String> labels) {}
