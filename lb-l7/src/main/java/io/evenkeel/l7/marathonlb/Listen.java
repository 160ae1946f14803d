package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Service;
import io.netty.util.NetUtil;
import java.util.List;

/**
 * What is opened for one service port. Immutable.
 *
 * @param port the port
 * @param address the literal address, {@code *} for all
 */
public record Listen(int port, String address) {

    /** Reads the labels; what would be served in plain text against their word is refused. */
    static Listen of(MarathonLbLabels labels, Service service) {
        for (String label : List.of(MarathonLbLabels.SSL_CERT, MarathonLbLabels.BIND_OPTIONS)) {
            String value = labels.get(label);
            if (value != null) {
                throw labels.wrong(label, value, "none; TLS and bind options on service ports are not available");
            }
        }
        int port = labels.integer(MarathonLbLabels.PORT, service.servicePort());
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("service port: " + port + " (expected: 1 to 65535)");
        }
        return new Listen(port, address(labels));
    }

    /* A name would be looked up on the control thread, and one without an address would leave the port unserved. */
    private static String address(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.BIND_ADDR, "*");
        if (value.isEmpty() || value.equals("*")) {
            return "*";
        }
        if (!NetUtil.isValidIpV4Address(value) && !NetUtil.isValidIpV6Address(value)) {
            throw labels.wrong(MarathonLbLabels.BIND_ADDR, value, "an IP address or *");
        }
        return value;
    }
}
