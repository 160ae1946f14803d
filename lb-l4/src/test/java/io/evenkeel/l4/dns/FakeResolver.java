package io.evenkeel.l4.dns;

import io.evenkeel.l4.testing.TestServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A resolver over UDP that answers each query with the datagrams that a lambda makes of it. */
final class FakeResolver implements AutoCloseable {

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final AtomicInteger asked = new AtomicInteger();

    FakeResolver(Function<byte[], List<byte[]>> answers) throws IOException {
        Thread thread = new Thread(() -> serve(answers), "fake-resolver");
        thread.setDaemon(true);
        thread.start();
    }

    static byte[] flagged(byte[] query, int rcode) {
        byte[] answer = query.clone();
        answer[2] |= (byte) 0x80;
        answer[3] = (byte) (0x80 | rcode);
        return answer;
    }

    /** A resolver that is there and never answers. */
    static FakeResolver silent() throws IOException {
        return new FakeResolver(query -> List.of());
    }

    /** The same over TCP, one query per connection. */
    static TestServer overTcp(int rcode) {
        return TestServer.of(connection -> DnsClient.send(connection, flagged(DnsClient.receive(connection), rcode)));
    }

    private void serve(Function<byte[], List<byte[]>> answers) {
        byte[] buffer = new byte[65_535];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                asked.incrementAndGet();
                SocketAddress client = packet.getSocketAddress();
                byte[] query = Arrays.copyOf(buffer, packet.getLength());
                for (byte[] answer : new ArrayList<>(answers.apply(query))) {
                    socket.send(new DatagramPacket(answer, answer.length, client));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    int asked() {
        return asked.get();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() {
        socket.close();
    }
}
