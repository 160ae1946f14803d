package io.evenkeel.l4.dns;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Shrugs off what a datagram socket reports of earlier sends: a client that is gone is no error of the server's. */
final class UdpFailures extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
}
