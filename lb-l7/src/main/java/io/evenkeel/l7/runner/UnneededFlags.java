package io.evenkeel.l7.runner;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** marathon-lb's flags that have no meaning without an HAProxy to write files for: accepted, and reported once. */
final class UnneededFlags {

    private UnneededFlags() {}

    private record Flag(List<String> names, boolean takesValue) {}

    private static final List<Flag> FLAGS = List.of(
            new Flag(List.of("--haproxy-config"), true),
            new Flag(List.of("--command", "-c"), true),
            new Flag(List.of("--max-reload-retries"), true),
            new Flag(List.of("--reload-interval"), true),
            new Flag(List.of("--archive-versions"), true),
            new Flag(List.of("--lru-cache-capacity"), true),
            new Flag(List.of("--skip-validation"), false),
            new Flag(List.of("--skip-config-cleanup"), false),
            new Flag(List.of("--syslog-socket"), true),
            new Flag(List.of("--log-format"), true));

    /** Adds them to a command, not shown in its help. */
    static void addTo(CommandSpec command) {
        for (Flag flag : FLAGS) {
            OptionSpec.Builder option =
                    OptionSpec.builder(flag.names().toArray(String[]::new)).hidden(true);
            command.addOption(
                    flag.takesValue()
                            ? option.arity("1").type(String.class).build()
                            : option.arity("0").type(boolean.class).build());
        }
    }

    /** Those that were given. */
    static List<String> given(ParseResult parsed) {
        return FLAGS.stream()
                .map(flag -> flag.names().get(0))
                .filter(parsed::hasMatchedOption)
                .toList();
    }
}
