package io.evenkeel.samples.demo;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Asks a DNS server for one A record: as much of a resolver as the demo needs. */
final class DnsQuestion {

    private DnsQuestion() {}

    static InetAddress ask(InetSocketAddress server, String name) throws IOException {
        ByteBuffer query = ByteBuffer.allocate(512);
        query.putShort((short) 1).putShort((short) 0x0100).putShort((short) 1);
        query.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : name.split("\\.", -1)) {
            query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.put((byte) 0).putShort((short) 1).putShort((short) 1);
        byte[] buffer = new byte[512];
        DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(Probe.TIMEOUT);
            socket.send(new DatagramPacket(query.array(), query.position(), server));
            socket.receive(answer);
        }
        // Our own server answers with the address as the last four bytes of the first record.
        int answers = ByteBuffer.wrap(buffer).getShort(6);
        int record = query.position() + 12;
        if (answers < 1 || answer.getLength() < record + 4) {
            throw new IOException(name + ": no address (expected: one)");
        }
        return InetAddress.getByAddress(Arrays.copyOfRange(buffer, record, record + 4));
    }
}
