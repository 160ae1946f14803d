package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.marathonlb.MarathonLbPlan;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flag that names a file of services that no Marathon knows, and what such services are called; a mix-in. */
final class RoutesFlag {

    /** What the names of these services live in: problems and ids tell of {@code shop@routes}. */
    static final String NAMESPACE = "routes";

    @Option(
            names = "--routes",
            paramLabel = "FILE",
            converter = FilePath.class,
            description =
                    "A JSON file of services that no Marathon knows, served beside the applications by the same labels:"
                            + " [{\"targets\": [\"HOST:PORT\"], \"labels\": {\"service\": \"NAME\", \"HAPROXY_GROUP\": \"GROUP\","
                            + " \"HAPROXY_0_VHOST\": \"HOST\"}}]. Without HAPROXY_0_PORT they have no service port. It is followed.")
    private @Nullable Path file;

    /** The file, if there is one. */
    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** A service of the file, told from all of Marathon's. */
    static Service serviceOfFile(Service service) {
        return MarathonLbPlan.withOptionalPort(new Service(
                service.name() + "@" + NAMESPACE,
                service.application(),
                NAMESPACE,
                0,
                "",
                0,
                Protocol.TCP,
                service.labels(),
                Map.of(),
                List.of()));
    }

    /** Reads the path of a file. */
    static final class FilePath implements ITypeConverter<Path> {

        @Override
        public Path convert(String value) {
            try {
                if (!value.isBlank()) {
                    return Path.of(value);
                }
            } catch (InvalidPathException e) {
                // said below
            }
            throw new TypeConversionException("routes: '" + value + "' (expected: a file)");
        }
    }
}
