package io.evenkeel.discovery.file;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryProvider;
import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** Opens {@code file:///etc/targets.json} and, relative to the working directory, {@code file:targets.json}. */
public final class FileDiscoveryProvider implements DiscoveryProvider {

    /** For the service loader. */
    public FileDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public Discovery open(URI uri) {
        String path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
        boolean elsewhere = uri.getAuthority() != null && !uri.getAuthority().equals("localhost");
        if (elsewhere || path == null || path.isEmpty() || path.endsWith("/")) {
            throw new IllegalArgumentException(
                    "discovery: " + Redacted.uri(uri) + " (expected: file:///path/to/targets.json)");
        }
        return FileDiscovery.of(Path.of(path));
    }
}
