package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many connections the listeners of a proxy may have open together, and how many of them one source.
 *
 * <p>What comes beyond the first limit waits in the kernel's backlog, until a sixteenth of the connections has ended; loops
 * that accept at the same moment may exceed it by one each, and NIO by what one of them accepts at once. What comes beyond the second is closed at once, so that one
 * source cannot fill the backlog for all others. An IPv4 address is a source, and so is an IPv6 network of 64 bits, of which
 * anybody has one.
 *
 * <p>Thread-safe; shared by any number of {@link ListenerSet}s. Where there is no limit a connection costs nothing; else
 * two atomic adds, and an entry of a map for each source that has any.
 */
public final class ConnectionLimits {

    private final int most;

    /** How many are left when others are accepted again, lest each connection at the limit costs a look at everybody. */
    private final int enough;

    private final int mostPerSource;
    private final Predicate<InetAddress> exempt;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> sources = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();
    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
    private final Set<Object> suspending = new HashSet<>(); // guarded by this
    private volatile boolean held;
    private boolean full; // guarded by this

    /**
     * Limits.
     *
     * @param most how many connections there may be, 0 for any number
     * @param mostPerSource how many of one source, 0 for any number
     * @param exempt whose connections are not counted by source: load balancers before this one; called on event loops
     */
    public ConnectionLimits(int most, int mostPerSource, Predicate<InetAddress> exempt) {
        if (most < 0) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 0)");
        }
        if (mostPerSource < 0) {
            throw new IllegalArgumentException("mostPerSource: " + mostPerSource + " (expected: >= 0)");
        }
        this.most = most;
        this.enough = most - Math.max(1, most / 16);
        this.mostPerSource = mostPerSource;
        this.exempt = requireNonNull(exempt, "exempt");
    }

    /**
     * No limits.
     *
     * @return a new one, which can still be {@linkplain #suspend suspended}
     */
    public static ConnectionLimits none() {
        return new ConnectionLimits(0, 0, source -> true);
    }

    /**
     * Connections that were closed at once because their source had too many.
     *
     * @return the sum
     */
    public long refused() {
        return refused.sum();
    }

    /**
     * Has all listeners accept nothing, or go on if nobody else wants them to accept nothing.
     *
     * @param who wants it, by {@code equals}
     * @param suspended whether they are to accept nothing
     */
    public synchronized void suspend(Object who, boolean suspended) {
        if (suspended) {
            suspending.add(requireNonNull(who, "who"));
        } else {
            suspending.remove(who);
        }
        update();
    }

    /** Has a listening channel keep to the limits, until it is closed. */
    void add(Channel listener, Runnable onRefused) {
        listener.pipeline().addFirst(new Gate(onRefused));
        listeners.add(listener);
        listener.closeFuture().addListener(closed -> listeners.remove(listener));
        holdIfHeld(listener);
    }

    /* Synchronized, lest it comes after the release of all. */
    private synchronized void holdIfHeld(Channel listener) {
        if (held) {
            AcceptHold.of(listener).hold(this);
        }
    }

    private boolean isFull(boolean before) {
        return most > 0 && open.get() > (before ? enough : most - 1);
    }

    /* Written first and looked at again: who changes the number meanwhile either sees it written, or is seen. */
    private synchronized void update() {
        boolean before = held;
        boolean wasFull = full;
        boolean wanted;
        do {
            full = isFull(wasFull);
            wanted = full || !suspending.isEmpty();
            held = wanted;
        } while (full != isFull(wasFull));
        if (wanted == before) {
            return;
        }
        for (Channel listener : listeners) {
            if (wanted) {
                AcceptHold.of(listener).hold(this);
            } else {
                AcceptHold.of(listener).release(this);
            }
        }
    }

    private void opened() {
        if (open.incrementAndGet() >= most) {
            update();
        }
    }

    private void closed() {
        if (open.decrementAndGet() <= enough && held) {
            update();
        }
    }

    /** Whom a connection counts for; null if it counts for nobody. */
    private @Nullable Long source(SocketChannel connection) {
        if (mostPerSource == 0) {
            return null;
        }
        InetSocketAddress remote = connection.remoteAddress();
        if (remote == null || exempt.test(remote.getAddress())) {
            return null;
        }
        return Sources.key(remote.getAddress());
    }

    private boolean admits(Long source) {
        if (sources.merge(source, 1, Integer::sum) <= mostPerSource) {
            return true;
        }
        left(source);
        return false;
    }

    private void left(Long source) {
        sources.computeIfPresent(source, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Stands in the pipeline of one listening channel. */
    private final class Gate extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

        private final Runnable onRefused;

        Gate(Runnable onRefused) {
            this.onRefused = onRefused;
        }

        @Override
        public void channelRead(ChannelHandlerContext listener, Object message) {
            SocketChannel connection = (SocketChannel) message;
            Long source = source(connection);
            if (source != null) {
                if (!admits(source)) {
                    refused.increment();
                    onRefused.run();
                    connection.unsafe().closeForcibly(); // it is not registered yet
                    return;
                }
                connection.closeFuture().addListener(closed -> left(source));
            }
            if (most > 0) {
                connection.closeFuture().addListener(this);
                opened();
            }
            listener.fireChannelRead(message);
            if (held) {
                holdIfHeld(listener.channel()); // it may have gone on by itself
            }
        }

        @Override
        public void operationComplete(ChannelFuture closing) {
            closed();
        }
    }
}
