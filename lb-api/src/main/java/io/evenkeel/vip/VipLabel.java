package io.evenkeel.vip;

import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the labels that make a port a VIP.
 *
 * <p>On the port: any key that begins with {@code VIP} or {@code vip}, value {@code name:port} or {@code address:port}.
 * On the application: {@code vip_port<N>} in any case, value {@code tcp://name:port} or {@code udp://name:port}, for the
 * port at position N.
 *
 * <p>Any literal address can be claimed; which of them are safe to serve is the data plane's business.
 */
final class VipLabel {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,5}");
    private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");

    /** Takes the label's problems, in its own words. */
    interface Reporter {
        void report(String reason);
    }

    private VipLabel() {}

    static List<VirtualIp> of(Service service, Reporter reporter) {
        List<VirtualIp> vips = new ArrayList<>(0);
        vipLabels(service.portLabels()).forEach((key, value) -> {
            if (key.startsWith("VIP") || key.startsWith("vip")) {
                add(vips, service, key, value, service.protocol(), reporter);
            }
        });
        vipLabels(service.labels()).forEach((key, value) -> {
            if (key.toLowerCase(Locale.ROOT).equals("vip_port" + service.portIndex())) {
                addFromApplication(vips, service, key, value, reporter);
            }
        });
        return vips;
    }

    /** Whether there is any such label, whatever it says. */
    static boolean isOn(Service service) {
        return !vipLabels(service.portLabels()).isEmpty()
                || !vipLabels(service.labels()).isEmpty();
    }

    /* In order; most services have none. */
    private static Map<String, String> vipLabels(Map<String, String> labels) {
        Map<String, String> found = Map.of();
        for (String key : labels.keySet()) {
            if (key.regionMatches(true, 0, "vip", 0, 3)) {
                found = found.isEmpty() ? new TreeMap<>() : found;
                found.put(key, labels.getOrDefault(key, ""));
            }
        }
        return found;
    }

    private static void addFromApplication(
            List<VirtualIp> vips, Service service, String key, String value, Reporter reporter) {
        for (Protocol protocol : Protocol.values()) {
            String scheme = protocol.lowerCase() + "://";
            if (value.startsWith(scheme)) {
                if (protocol == service.protocol()) {
                    add(vips, service, key, value.substring(scheme.length()), protocol, reporter);
                }
                return;
            }
        }
        reporter.report("label " + key + ": " + value + " (expected: tcp://name:port or udp://name:port)");
    }

    private static void add(
            List<VirtualIp> vips, Service service, String key, String value, Protocol protocol, Reporter reporter) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? "" : value.substring(0, colon);
        int port = colon < 0 ? -1 : port(value.substring(colon + 1));
        String literal = literal(host);
        String label = VipName.domainFragment(host);
        if (port < 1 || port > 65_535 || (literal == null && label.isEmpty())) {
            reporter.report("label " + key + ": " + value
                    + " (expected: name:port or address:port, a name with a letter or digit and a port of 1 to 65535)");
            return;
        }
        String name = literal != null ? literal : VipName.of(host, service.namespace());
        VirtualIp vip = new VirtualIp(name, port, protocol, literal != null);
        if (!vips.contains(vip)) {
            vips.add(vip);
        }
    }

    private static int port(String text) {
        return DIGITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
    }

    /** The canonical text of a literal address, or null if it is a name. Strict, so that no look-up ever happens here. */
    static @Nullable String literal(String host) {
        try {
            if (host.indexOf(':') >= 0
                    && host.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
                return InetAddress.getByName("[" + host + "]").getHostAddress(); // in brackets only a literal will do
            }
            String[] octets = host.split("\\.", -1);
            boolean v4 = octets.length == 4
                    && Arrays.stream(octets).allMatch(o -> OCTET.matcher(o).matches() && Integer.parseInt(o) <= 255);
            return v4 ? host : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
