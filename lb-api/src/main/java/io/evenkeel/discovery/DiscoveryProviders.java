package io.evenkeel.discovery;

import java.net.URI;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** The look-up behind {@link Discovery#of}. */
final class DiscoveryProviders {

    private DiscoveryProviders() {}

    static Discovery open(URI uri) {
        String scheme = uri.getScheme();
        TreeSet<String> known = new TreeSet<>();
        if (scheme != null) {
            for (DiscoveryProvider provider : ServiceLoader.load(DiscoveryProvider.class)) {
                if (provider.schemes().contains(scheme.toLowerCase(Locale.ROOT))) {
                    return provider.open(uri);
                }
                known.addAll(provider.schemes());
            }
        }
        throw new IllegalArgumentException(
                "discovery: " + uri + " (expected: a URI of one of the schemes " + known + ")");
    }
}
