package io.evenkeel.discovery.dns;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;

/** What a resolution asks; completed on any thread, exceptionally if nothing can be learnt. */
interface NameSource {

    CompletableFuture<DnsAnswer<SrvTarget>> srv(String name);

    CompletableFuture<DnsAnswer<InetAddress>> addresses(String name);
}
