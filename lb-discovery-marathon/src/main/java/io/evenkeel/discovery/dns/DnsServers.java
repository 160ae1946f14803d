package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.DiscoveryException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.io.IoClientFactory;

/**
 * The servers, in the order in which to ask them: whoever answered last comes first.
 *
 * <p>Thread-safe. One question goes to one server after the other, all of them as often as configured, until one answers;
 * an answer is NOERROR or NXDOMAIN, anything else is a reason to go on. A server that chokes on EDNS (RFC 6891) is asked
 * once more without.
 */
final class DnsServers {

    private static final int EDNS_PAYLOAD = 1232; // the size that passes everywhere without fragments

    private final Supplier<List<InetSocketAddress>> addresses;
    private final Duration timeout;
    private final int attempts;
    private final boolean tcp;
    private final IoClientFactory sockets;
    private final Executor workers;
    private volatile @Nullable InetSocketAddress preferred;

    DnsServers(
            Supplier<List<InetSocketAddress>> addresses,
            Duration timeout,
            int attempts,
            boolean tcp,
            IoClientFactory sockets,
            Executor workers) {
        this.addresses = addresses;
        this.timeout = timeout;
        this.attempts = attempts;
        this.tcp = tcp;
        this.sockets = sockets;
        this.workers = workers;
    }

    /** Asks; fails with a {@link DiscoveryException} that says what was wrong with each server. */
    CompletableFuture<Message> ask(Name name, int type) {
        List<InetSocketAddress> order = new ArrayList<>();
        List<InetSocketAddress> once = inOrder();
        for (int i = 0; i < attempts; i++) {
            order.addAll(once);
        }
        return ask(name, type, order, 0, new ArrayList<>());
    }

    private List<InetSocketAddress> inOrder() {
        List<InetSocketAddress> all = addresses.get();
        InetSocketAddress last = preferred;
        int first = last == null ? 0 : Math.max(0, all.indexOf(last));
        List<InetSocketAddress> order = new ArrayList<>(all.subList(first, all.size()));
        order.addAll(all.subList(0, first));
        return order;
    }

    private CompletableFuture<Message> ask(
            Name name, int type, List<InetSocketAddress> order, int index, List<String> reasons) {
        if (index == order.size()) {
            String why = reasons.isEmpty() ? "no server" : String.join("; ", reasons);
            return CompletableFuture.failedFuture(
                    new DiscoveryException(text(name) + " " + Type.string(type) + ": " + why));
        }
        InetSocketAddress server = order.get(index);
        return send(server, name, type, true)
                .handle((answer, failure) -> {
                    String wrong = failure == null ? wrong(answer) : reason(failure);
                    if (wrong == null) {
                        preferred = server;
                        return CompletableFuture.completedFuture(answer);
                    }
                    String reason = server.getHostString() + ":" + server.getPort() + " " + wrong;
                    if (!reasons.contains(reason)) {
                        reasons.add(reason);
                    }
                    return ask(name, type, order, index + 1, reasons);
                })
                .thenCompose(next -> next);
    }

    private CompletableFuture<Message> send(InetSocketAddress server, Name name, int type, boolean edns) {
        CompletableFuture<SimpleResolver> found;
        try {
            found = CompletableFuture.supplyAsync(() -> resolver(server, edns), workers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new IOException("closed", e));
        }
        return found.thenCompose(resolver ->
                        resolver.sendAsync(Message.newQuery(Record.newRecord(name, type, DClass.IN)), workers))
                .thenCompose(answer -> {
                    boolean chokes = answer.getRcode() == Rcode.FORMERR
                            || answer.getRcode() == Rcode.NOTIMP
                            || answer.getRcode() == Rcode.BADVERS;
                    return edns && chokes ? send(server, name, type, false) : CompletableFuture.completedFuture(answer);
                });
    }

    /* Blocks if the server was given by a name that has to be found first. */
    private SimpleResolver resolver(InetSocketAddress server, boolean edns) {
        InetSocketAddress found =
                server.isUnresolved() ? new InetSocketAddress(server.getHostString(), server.getPort()) : server;
        if (found.isUnresolved()) {
            throw new CompletionException(new UnknownHostException("has no address"));
        }
        SimpleResolver resolver = new SimpleResolver(found);
        resolver.setIoClientFactory(sockets);
        resolver.setTimeout(timeout);
        resolver.setTCP(tcp);
        if (edns) {
            resolver.setEDNS(0, EDNS_PAYLOAD, 0, List.of());
        } else {
            resolver.setEDNS(-1, 0, 0, List.of());
        }
        return resolver;
    }

    private static @Nullable String wrong(Message answer) {
        int code = answer.getRcode();
        return code == Rcode.NOERROR || code == Rcode.NXDOMAIN ? null : Rcode.string(code);
    }

    private String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof SocketTimeoutException) {
            return "gave no answer within " + timeout.toMillis() + " ms";
        }
        if (cause instanceof PortUnreachableException || cause instanceof ConnectException) {
            return "is not there";
        }
        if (cause instanceof WireParseException) {
            return "sent what is no answer: " + cause.getMessage();
        }
        if (cause instanceof IOException && cause.getMessage() != null) {
            return cause.getMessage();
        }
        return cause.toString();
    }

    /** A name as users write it: lower case, no final dot. */
    static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }
}
