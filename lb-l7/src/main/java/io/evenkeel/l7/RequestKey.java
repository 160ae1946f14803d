package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.strategy.KeySource;
import io.evenkeel.strategy.PickContext;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * Finds in a request what hashing and sticky strategies choose by. Immutable; finding allocates nothing, but for the client's
 * address.
 */
final class RequestKey {

    private final KeySource source;
    private final byte[] name;

    RequestKey(KeySource source) {
        this.source = source;
        this.name = Bytes.of(
                source.kind() == KeySource.Kind.HEADER ? source.name().toLowerCase(Locale.ROOT) : source.name());
    }

    KeySource source() {
        return source;
    }

    /** Gives a context the request's key, if the request has one. */
    void put(PickContext context, RequestHead request, InetSocketAddress client) {
        switch (source.kind()) {
            case NONE -> {}
            case ADDRESS -> context.key(client.getAddress().getAddress());
            case URI -> {
                int from = request.pathStart();
                put(context, request, from, source.partEnd(request.bytes(), from, request.pathEnd()));
            }
            case HEADER -> putHeader(context, request);
            case PARAMETER -> putParameter(context, request);
        }
    }

    private static void put(PickContext context, RequestHead request, int from, int to) {
        if (from < to) {
            context.key(request.bytes(), from, to);
        }
    }

    private void putHeader(PickContext context, RequestHead request) {
        for (int i = 0; i < request.count(); i++) {
            if (Bytes.is(request.bytes(), request.nameStart(i), request.nameEnd(i), name)) {
                put(context, request, request.valueStart(i), request.valueEnd(i));
                return;
            }
        }
    }

    private void putParameter(PickContext context, RequestHead request) {
        byte[] b = request.bytes();
        int end = request.pathEnd();
        int at = next(b, request.pathStart(), end, '?') + 1;
        while (at < end) {
            int stop = next(b, at, end, '&');
            int value = at + name.length + 1;
            if (value <= stop && b[value - 1] == '=' && isName(b, at)) {
                put(context, request, value, stop);
                return;
            }
            at = stop + 1;
        }
    }

    private static int next(byte[] b, int from, int end, char what) {
        int at = from;
        while (at < end && b[at] != what) {
            at++;
        }
        return at;
    }

    private boolean isName(byte[] b, int at) {
        for (int i = 0; i < name.length; i++) {
            if (b[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
