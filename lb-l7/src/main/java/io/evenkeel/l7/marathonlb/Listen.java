package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Service;
import io.netty.util.NetUtil;
import java.util.function.Consumer;

/**
 * What is opened for one service port. Immutable.
 *
 * @param port the port; 0 if nothing is opened, and the virtual hosts are all that is served
 * @param address the literal address, {@code *} for all
 * @param bind what else is said of it
 */
public record Listen(int port, String address, BindOptions bind) {

    /** Whether anything is opened. */
    public boolean isOpened() {
        return port != 0;
    }

    /** What no two can have at once. */
    String where() {
        return address + ":" + port;
    }

    /** Reads the labels; what would be served against their word is refused. */
    static Listen of(MarathonLbLabels labels, Service service, Consumer<String> remarks) {
        int port = labels.integer(MarathonLbLabels.PORT, service.servicePort());
        boolean none = port == 0 && labels.get(MarathonLbLabels.PORT) == null && MarathonLbPlan.isPortOptional(service);
        if (!none && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("service port: " + port + " (expected: 1 to 65535)");
        }
        BindOptions bind = BindOptions.of(labels, remarks);
        return new Listen(
                port,
                address(labels),
                labels.has(OwnLabel.HTTP2) ? bind.withHttp2(labels.isTrue(OwnLabel.HTTP2)) : bind);
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
