package io.evenkeel.l7.runner;

import java.util.List;
import java.util.Map;

/**
 * Variables of the environment that the run script of marathon-lb's image reads and that have no meaning here. Those that
 * Marathon sets by itself, such as {@code PORTS}, are not among them.
 */
final class UnneededVariables {

    private static final List<String> NAMES = List.of(
            "HAPROXY_GLOBAL_DEFAULT_OPTIONS",
            "HAPROXY_SYSLOGD",
            "SYSLOG_SOCKET",
            "HAPROXY_SYSCTL_PARAMS",
            "HAPROXY_SYSCTL_NONSTRICT",
            "POLL_INTERVAL",
            "VAULT_TOKEN",
            "VAULT_HOST",
            "VAULT_PORT",
            "VAULT_PATH");

    private UnneededVariables() {}

    /** Those that have a value. */
    static List<String> given(Map<String, String> environment) {
        return NAMES.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .toList();
    }
}
