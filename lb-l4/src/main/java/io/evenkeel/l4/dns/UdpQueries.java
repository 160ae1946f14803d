package io.evenkeel.l4.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;

/** Queries that come as datagrams, each answered with one. */
final class UdpQueries extends SimpleChannelInboundHandler<DatagramPacket> {

    private static final int TRUNCATED = 0x02; // in the third byte of the header

    private final DnsServer server;

    UdpQueries(DnsServer server) {
        this.server = server;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        InetSocketAddress client = packet.sender();
        DnsQuery query = DnsQuery.parse(packet.content());
        int limit = query == null ? DnsReply.MIN_UDP : DnsReply.limit(query);
        int question = query == null ? 0 : query.questionLength();
        server.answer(
                packet.content(),
                client.getAddress(),
                false,
                context.channel().eventLoop(),
                answer -> context.writeAndFlush(new DatagramPacket(fit(answer, limit, question), client)));
    }

    /** Cuts an answer that the client cannot take down to its question; the client will ask again over TCP. */
    private static ByteBuf fit(ByteBuf answer, int limit, int question) {
        if (answer.readableBytes() > limit) {
            int start = answer.readerIndex();
            answer.setByte(start + 2, answer.getByte(start + 2) | TRUNCATED);
            answer.setShort(start + 6, 0).setInt(start + 8, 0);
            answer.writerIndex(start + DnsQuery.HEADER + question);
        }
        return answer;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A datagram that cannot be handled is dropped, and a client that is gone is no error of the server's.
    }
}
