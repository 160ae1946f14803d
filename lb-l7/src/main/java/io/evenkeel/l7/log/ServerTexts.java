package io.evenkeel.l7.log;

import io.evenkeel.endpoint.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.function.Function;

/** The names of servers, remembered. Not thread-safe. */
final class ServerTexts {

    private static final int MAX = 10_000;

    private final Function<Endpoint, String> names;
    private final IdentityHashMap<Endpoint, byte[]> known = new IdentityHashMap<>();

    ServerTexts(Function<Endpoint, String> names) {
        this.names = names;
    }

    byte[] of(Endpoint server) {
        byte[] name = known.get(server);
        if (name == null) {
            if (known.size() >= MAX) {
                known.clear(); // most of them are long gone
            }
            name = names.apply(server).getBytes(StandardCharsets.ISO_8859_1);
            known.put(server, name);
        }
        return name;
    }
}
