package io.evenkeel.discovery;

import java.net.URI;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** The look-up behind {@link Discovery#of}. */
final class DiscoveryProviders {

    private DiscoveryProviders() {}

    static Discovery open(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        TreeSet<String> known = new TreeSet<>();
        for (DiscoveryProvider provider : ServiceLoader.load(DiscoveryProvider.class)) {
            if (provider.schemes().contains(scheme)) {
                return provider.open(uri);
            }
            known.addAll(provider.schemes());
        }
        throw new IllegalArgumentException(
                "discovery: " + Redacted.uri(uri) + " (expected: a URI of one of the schemes " + known + ")");
    }
}
