package io.evenkeel.l4.vip;

import io.evenkeel.vip.VipTable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What carries connections from a VIP to its endpoints.
 *
 * <p>{@link #apply} is called with whole tables, in order, on the control thread and must not block; how to get from the
 * last table to the newest with the least disturbance is the data plane's own business. The other methods may be called by
 * any thread.
 */
public interface VipDataPlane extends AutoCloseable {

    /**
     * Takes over a new table.
     *
     * @param table all VIPs that there are
     * @return completes, never exceptionally, when every new VIP is served or has been tried
     */
    CompletableFuture<Void> apply(VipTable table);

    /**
     * How every VIP is doing.
     *
     * @return one status for each, sorted as in the table
     */
    List<VipStatus> statuses();

    /**
     * Where clients find the named VIPs on this data plane: what DNS answers.
     *
     * @return addresses by whole name in lower case, an immutable map; a name appears when its VIPs can be connected to
     */
    Map<String, InetAddress> names();

    /**
     * Takes no new connections and waits for those that there are.
     *
     * @param patience how long to wait
     * @return completes, never exceptionally, with the number of connections that are still open
     */
    CompletableFuture<Integer> drain(Duration patience);

    /** Stops serving. Idempotent. */
    @Override
    void close();
}
