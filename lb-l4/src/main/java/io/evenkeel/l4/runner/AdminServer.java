package io.evenkeel.l4.runner;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.Transport;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP server that answers questions about a proxy: a table from path to handler, and an answer for all other
 * paths.
 *
 * <p>GET and HEAD are allowed where a route does not say otherwise. A route that ends in {@code /} takes all paths below
 * it. Connections are on the proxy's event loops, but answers are made on a thread of its own, so that a long page does not hold
 * up anybody's traffic. A request has 30 s from its first byte to the end of its answer, and a connection
 * 60 s between two requests; more than 256 connections at once are closed as they come.
 */
public final class AdminServer implements AutoCloseable {

    private static final int MAX_BODY = 64 * 1024;
    private static final int IDLE_SECONDS = 60;

    private final InetSocketAddress wanted;
    private final ListenerSet listeners;
    private final ExecutorService answering;

    private AdminServer(InetSocketAddress wanted, ListenerSet listeners, ExecutorService answering) {
        this.wanted = wanted;
        this.listeners = listeners;
        this.answering = answering;
    }

    /**
     * Prepares a server.
     *
     * @return a builder without routes
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where it listens.
     *
     * @return the address with its real port, or null while it cannot be opened
     */
    public @Nullable InetSocketAddress address() {
        return listeners.boundAddress(wanted);
    }

    /** Stops listening and answering; connections end with the transport. Idempotent. */
    @Override
    public void close() {
        listeners.close();
        answering.shutdown();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "evenkeel-admin");
        thread.setDaemon(true);
        return thread;
    }

    /** What answers one path, and to which methods; to every one if none is named. */
    record Route(Set<String> methods, AdminHandler handler) {

        boolean takes(String method) {
            return methods.isEmpty() || methods.contains(method);
        }
    }

    /** Prepares an {@link AdminServer}. */
    public static final class Builder {

        private static final Set<String> READING = Set.of("GET", "HEAD");

        private final Map<String, Route> routes = new HashMap<>();
        private AdminHandler fallback = request -> AdminResponse.text(404, "no such page\n");
        private Set<String> open = Set.of();
        private UnaryOperator<AdminHandler> guard = UnaryOperator.identity();

        private Duration requestLimit = Duration.ofSeconds(30);
        private int maxConnections = 256;

        private Builder() {}

        /**
         * Answers a path.
         *
         * @param path the whole path, or with a final {@code /} all paths below it
         * @param handler answers GET and HEAD
         * @return this
         */
        public Builder route(String path, AdminHandler handler) {
            return route(path, READING, handler);
        }

        /**
         * Answers a path, whatever the method.
         *
         * @param path the whole path, or with a final {@code /} all paths below it
         * @param handler answers
         * @return this
         */
        public Builder routeAll(String path, AdminHandler handler) {
            return route(path, Set.of(), handler);
        }

        /**
         * Answers a path.
         *
         * @param path the whole path, or with a final {@code /} all paths below it
         * @param methods the methods that are allowed, in upper case; none for all
         * @param handler answers them
         * @return this
         */
        public Builder route(String path, Set<String> methods, AdminHandler handler) {
            requireNonNull(handler, "handler");
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("path: " + path + " (expected: one that begins with /)");
            }
            routes.put(path, new Route(Set.copyOf(methods), handler));
            return this;
        }

        /**
         * Answers all other paths, whatever the method.
         *
         * @param handler defaults to a 404
         * @return this
         */
        public Builder fallback(AdminHandler handler) {
            fallback = requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Puts a guard before everything that answers.
         *
         * @param newOpen the paths that are for everybody
         * @param newGuard what a handler becomes behind the guard
         * @return this
         */
        public Builder before(Set<String> newOpen, UnaryOperator<AdminHandler> newGuard) {
            open = Set.copyOf(newOpen);
            guard = requireNonNull(newGuard, "guard");
            return this;
        }

        /** How patient the server is, and with how many clients at once. */
        Builder limits(Duration request, int connections) {
            requestLimit = request;
            maxConnections = connections;
            return this;
        }

        /**
         * Opens the server. An address that cannot be had is reported in the log and tried again, as every listener is.
         *
         * @param transport what it runs on
         * @param address where to listen, port 0 for any
         * @return the server, answering if the address could be had at once
         */
        public AdminServer open(Transport transport, InetSocketAddress address) {
            return open(transport, address, transport.eventLoops());
        }

        /** A server whose further attempts run on a scheduler of the caller's. */
        AdminServer open(Transport transport, InetSocketAddress address, ScheduledExecutorService scheduler) {
            ListenerSet listeners = new ListenerSet(transport, scheduler);
            ExecutorService answering = Executors.newSingleThreadExecutor(AdminServer::thread);
            listeners.apply(Map.of(address, acceptor(answering))).join();
            return new AdminServer(address, listeners, answering);
        }

        private ConnectionAcceptor acceptor(Executor answering) {
            Map<String, Route> table = new HashMap<>();
            routes.forEach((path, route) -> table.put(
                    path, open.contains(path) ? route : new Route(route.methods(), guard.apply(route.handler()))));
            AdminHandler otherwise = guard.apply(fallback);
            Duration limit = requestLimit;
            int most = maxConnections;
            AtomicInteger connections = new AtomicInteger();
            return connection -> {
                connection.closeFuture().addListener(closed -> connections.decrementAndGet());
                if (connections.incrementAndGet() > most) {
                    connection.close();
                    return;
                }
                connection
                        .pipeline()
                        .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                        .addLast(new RequestDeadline(limit))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MAX_BODY))
                        .addLast(new AdminConnection(table, otherwise, answering));
            };
        }
    }
}
