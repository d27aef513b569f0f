package dev.weft.dataplane.tcp.preamble;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import dev.weft.foundation.log.LateLogger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The first handler of a connection that must begin with the PROXY protocol: reads it, leaves what
 * it says under {@link Claim#KEY}, and goes. A connection that begins otherwise is closed without a
 * word, and so is one whose peer is elsewhere and claims to be this machine. Its event loop.
 */
public final class PreambleHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = LateLogger.of(PreambleHandler.class);

    private final Loop loop;
    private final Duration patience;
    private final Late late = new Late();
    private ChannelHandlerContext ctx;
    private ByteBuf read = Unpooled.EMPTY_BUFFER;

    /**
     * @param patience the timeout "head": for how long it may take to come
     */
    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    public PreambleHandler(Loop loop, Duration patience) {
        this.loop = loop;
        this.patience = patience;
    }

    private final class Late extends Timer {
        @Override
        protected void expired() {
            refuse("it did not come in time");
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        loop.timers().arm(late, loop.tick() + patience.toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf more = (ByteBuf) message;
        if (read.isReadable()) {
            ByteBuf both = context.alloc().buffer(read.readableBytes() + more.readableBytes());
            both.writeBytes(read).writeBytes(more);
            more.release();
            drop();
            read = both;
        } else {
            drop();
            read = more;
        }
        switch (Preamble.read(read)) {
            case Preamble.Reading.More() -> {}
            case Preamble.Reading.Bad(String problem) -> refuse(problem);
            case Preamble.Reading.Done(var claim) -> {
                if (claim.isPresent() && isDisguised(claim.get())) {
                    refuse("it says that a call from elsewhere comes from this machine");
                } else {
                    claim.ifPresent(said -> context.channel().attr(Claim.KEY).set(said));
                    passOn(context);
                }
            }
        }
    }

    /** Who is on this machine may reach what others may not: nobody becomes that by saying so. */
    private boolean isDisguised(Claim claim) {
        InetAddress said = claim.source().getAddress();
        boolean here =
                ctx.channel().remoteAddress() instanceof InetSocketAddress peer
                        && peer.getAddress().isLoopbackAddress();
        return !here && (said.isLoopbackAddress() || said.isAnyLocalAddress());
    }

    private void passOn(ChannelHandlerContext context) {
        ByteBuf rest = read;
        read = Unpooled.EMPTY_BUFFER;
        loop.timers().remove(late);
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
            context.fireChannelReadComplete();
        } else {
            rest.release();
        }
        context.pipeline().remove(this);
    }

    private void refuse(String problem) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "PROXY protocol from {0}: {1}",
                ctx.channel().remoteAddress(),
                problem);
        var unused = ctx.close();
    }

    private void drop() {
        ByteBuf old = read;
        read = Unpooled.EMPTY_BUFFER;
        old.release();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        loop.timers().remove(late);
        drop();
    }
}
