package io.evenkeel.l4.dns;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DnsResponse;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A blocking DNS client that writes its own bytes and reads with Netty's decoder. */
final class DnsClient {

    private DnsClient() {}

    /** A query with recursion desired; ednsSize -1 for none. */
    static byte[] query(int id, String name, int type, int ednsSize) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeShort(id);
            out.writeShort(0x0100);
            out.writeShort(1);
            out.writeInt(0);
            out.writeShort(ednsSize < 0 ? 0 : 1);
            for (String label : name.split("\\.", -1)) {
                out.writeByte(label.length());
                out.write(label.getBytes(StandardCharsets.US_ASCII));
            }
            out.writeByte(0);
            out.writeShort(type);
            out.writeShort(1);
            if (ednsSize >= 0) {
                out.writeByte(0);
                out.writeShort(41);
                out.writeShort(ednsSize);
                out.writeInt(0);
                out.writeShort(0);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    static byte[] overUdp(InetSocketAddress server, byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(30_000);
            socket.send(new java.net.DatagramPacket(query, query.length, server));
            java.net.DatagramPacket answer = new java.net.DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            return java.util.Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    static Socket connect(InetSocketAddress server) throws IOException {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    static void send(Socket socket, byte[] query) throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(framed);
        out.writeShort(query.length);
        out.write(query);
        socket.getOutputStream().write(framed.toByteArray());
    }

    static byte[] receive(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = new byte[in.readUnsignedShort()];
        in.readFully(answer);
        return answer;
    }

    static DnsResponse decode(byte[] answer) {
        EmbeddedChannel channel = new EmbeddedChannel(new DatagramDnsResponseDecoder());
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        channel.writeInbound(new DatagramPacket(Unpooled.wrappedBuffer(answer), nobody, nobody));
        return channel.readInbound();
    }
}
