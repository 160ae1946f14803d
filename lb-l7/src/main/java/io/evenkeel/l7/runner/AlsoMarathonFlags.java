package io.evenkeel.l7.runner;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.l4.runner.MarathonAccess;
import io.evenkeel.l4.runner.MarathonUrlConverter;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that name further Marathons beside the one of {@code --marathon}; a mix-in. */
final class AlsoMarathonFlags {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    @Option(
            names = "--also-marathon",
            paramLabel = "NAME=URL[,URL...]",
            converter = Nodes.Converter.class,
            description =
                    "The nodes of one more Marathon, whose applications are served as well; may be repeated. Problems"
                            + " tell of it by its name, and so does X-Marathon-App-Id: /web@NAME.")
    private List<Nodes> marathons = List.of();

    @Option(
            names = "--also-marathon-credentials",
            paramLabel = "NAME=FILE",
            converter = Who.Converter.class,
            description =
                    "A file whose first line is USER:PASSWORD for that Marathon, which gets no others; it may change.")
    private List<Who> credentials = List.of();

    /** One Marathon. */
    record Nodes(String name, List<URI> hosts) {

        /** Reads one. */
        static final class Converter implements ITypeConverter<Nodes> {

            @Override
            public Nodes convert(String value) {
                int at = value.indexOf('=');
                String name = at < 0 ? "" : value.substring(0, at);
                if (!NAME.matcher(name).matches()) {
                    throw new TypeConversionException("name: '" + name
                            + "' (expected: NAME=URL with a name of letters, digits, dots, hyphens and underscores)");
                }
                List<URI> hosts = new ArrayList<>();
                for (String url : value.substring(at + 1).split(",", -1)) {
                    hosts.add(new MarathonUrlConverter("files of --also-marathon-credentials").convert(url));
                }
                return new Nodes(name, List.copyOf(hosts));
            }
        }
    }

    /** What is shown to one of them. */
    record Who(String name, Path file) {

        /** Reads one. */
        static final class Converter implements ITypeConverter<Who> {

            @Override
            public Who convert(String value) {
                int at = value.indexOf('=');
                try {
                    if (at > 0 && at + 1 < value.length()) {
                        return new Who(value.substring(0, at), Path.of(value.substring(at + 1)));
                    }
                } catch (InvalidPathException e) {
                    // said below
                }
                throw new TypeConversionException("credentials: (not shown) (expected: NAME=FILE)");
            }
        }
    }

    /** Whether there are any. */
    boolean isEmpty() {
        return marathons.isEmpty();
    }

    /**
     * What they say.
     *
     * @param main the name of the Marathon of {@code --marathon}
     * @param access how to speak with all of them
     * @return one for each, under its name
     * @throws IllegalArgumentException naming the flag and what is wrong
     */
    List<MarathonConfig> configs(String main, MarathonAccess access) {
        Map<String, Path> files = new HashMap<>();
        credentials.forEach(who -> files.put(who.name(), who.file()));
        Set<String> names = new HashSet<>(List.of(main, RoutesFlag.NAMESPACE));
        List<MarathonConfig> configs = new ArrayList<>();
        for (Nodes nodes : marathons) {
            if (!names.add(nodes.name())) {
                throw new IllegalArgumentException("--also-marathon: " + nodes.name()
                        + " (expected: a name that no other Marathon has; that of --marathon is " + main + ", and "
                        + RoutesFlag.NAMESPACE + " is that of --routes)");
            }
            configs.add(access.another(
                    "--also-marathon", nodes.name(), nodes.hosts(), Optional.ofNullable(files.remove(nodes.name()))));
        }
        if (!files.isEmpty()) {
            throw new IllegalArgumentException("--also-marathon-credentials: "
                    + files.keySet().iterator().next() + " (expected: a name of --also-marathon)");
        }
        return List.copyOf(configs);
    }
}
