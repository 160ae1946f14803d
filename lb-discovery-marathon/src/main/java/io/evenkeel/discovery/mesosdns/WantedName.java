package io.evenkeel.discovery.mesosdns;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody asked for by name, where everything cannot be listed.
 *
 * @param service the name that was asked for
 * @param task the task's name in DNS
 * @param framework the framework's name in DNS
 * @param portName the port's name, empty for the first port
 * @param marathonId the Marathon id, if that is what was asked for, else empty
 */
record WantedName(String service, String task, String framework, String portName, String marathonId) {

    private static final Pattern MARATHON_ID = Pattern.compile("/[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    /**
     * Reads {@code web-shop.marathon.mesos}, {@code /shop/web}, and either with {@code :portName}. Of an index only that of
     * the first port says anything here: ports that are asked for by name have no order.
     */
    static Optional<WantedName> of(String service, MesosDnsConfig config) {
        int colon = service.indexOf(':');
        String name = colon < 0 ? service : service.substring(0, colon);
        String port = colon < 0 ? "" : service.substring(colon + 1);
        boolean index = !port.isEmpty() && port.chars().allMatch(Character::isDigit);
        if (index || (colon >= 0 && !LABEL.matcher(port).matches())) {
            return Optional.empty();
        }
        if (MARATHON_ID.matcher(name).matches()) {
            return Optional.of(new WantedName(service, MarathonIds.taskName(name), config.framework(), port, name));
        }
        String lower = name.toLowerCase(Locale.ROOT);
        String tail = "." + config.domain();
        int dot = lower.indexOf('.');
        if (!lower.endsWith(tail) || dot < 1 || dot >= lower.length() - tail.length()) {
            return Optional.empty();
        }
        String task = lower.substring(0, dot);
        String framework = lower.substring(dot + 1, lower.length() - tail.length());
        Matcher matcher = LABEL.matcher(task);
        return matcher.matches() ? Optional.of(new WantedName(service, task, framework, port, "")) : Optional.empty();
    }

    /** The key of its application in a zone. */
    String key() {
        return task + "." + framework;
    }

    /** The SRV names that say everything about it. */
    String[] questions(String domain) {
        String ports = "_" + task + "._tcp." + framework;
        String plain = ports + "." + domain;
        String agents = ports + ".slave." + domain;
        return portName.isEmpty()
                ? new String[] {plain, agents}
                : new String[] {plain, agents, "_" + portName + "." + plain};
    }
}
