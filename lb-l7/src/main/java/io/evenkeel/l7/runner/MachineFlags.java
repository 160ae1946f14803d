package io.evenkeel.l7.runner;

import io.evenkeel.endpoint.Locality;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that say what labels find on this machine; a mix-in. */
final class MachineFlags {

    @Option(
            names = "--error-pages",
            paramLabel = "DIR",
            converter = Directory.class,
            description = "The directory of the pages that LB_n_ERROR_PAGE names.")
    private @Nullable Path errorPages;

    @Option(
            names = "--locality",
            paramLabel = "REGION/ZONE/HOST",
            converter = Place.class,
            description =
                    "Where this proxy is, for LB_n_LOCALITY, by the names that Marathon gives tasks; HOST, or ZONE too,"
                            + " may be left out.")
    private Locality place = Locality.UNKNOWN;

    /** What they say. */
    Machine machine() {
        return new Machine(Optional.ofNullable(errorPages), place);
    }

    /** Reads the path of a directory. */
    static final class Directory implements ITypeConverter<Path> {

        @Override
        public Path convert(String value) {
            Path path = Path.of(value);
            if (value.isBlank() || !Files.isDirectory(path)) {
                throw new TypeConversionException("directory: " + value + " (expected: one that there is)");
            }
            return path;
        }
    }

    /** Reads a place. */
    static final class Place implements ITypeConverter<Locality> {

        @Override
        public Locality convert(String value) {
            String[] parts = value.split("/", -1);
            if (parts.length > 3 || parts[0].isBlank()) {
                throw new TypeConversionException(
                        "place: " + value + " (expected: REGION, REGION/ZONE or REGION/ZONE/HOST)");
            }
            return new Locality(parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
        }
    }
}
