package dev.weft.dataplane.tls;

import dev.weft.dataplane.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads whom a TLS client wants without answering it, however many pieces its hello comes in, and
 * hands over what it read. Its event loop.
 */
public final class HelloReader extends ChannelInboundHandlerAdapter {
    /** Who decides what becomes of the connection. */
    public interface Listener {
        /**
         * The hello is whole. Takes the bytes, which it releases; removes the reader, or refuses.
         */
        void heard(ChannelHandlerContext ctx, ClientHello hello, ByteBuf bytes);

        /** The connection is being closed: no hello came in time, or something else did. */
        void unheard(String why);
    }

    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final Listener listener;
    private final Deadline deadline;
    private @Nullable ByteBuf read;
    private boolean over;

    public HelloReader(Loop loop, Duration timeout, Listener listener) {
        this.listener = listener;
        this.deadline = new Deadline(loop, timeout);
    }

    /** Says that nobody of that name is served here, and closes. */
    public static void refuse(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
        ctx.fireChannelActive();
    }

    private void begin(ChannelHandlerContext ctx) {
        deadline.start(() -> end(ctx, "no TLS hello in time"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf more = (ByteBuf) message;
        if (over) {
            more.release();
            return;
        }
        ByteBuf had = read;
        ByteBuf all = had == null ? more : ClientHello.joined(ctx.alloc(), had, more);
        read = all;
        switch (ClientHello.read(all)) {
            case ClientHello.Reading.Unfinished unfinished -> {}
            case ClientHello.Reading.Refused refused -> end(ctx, refused.why());
            case ClientHello.Reading.Whole whole -> {
                over = true;
                read = null;
                deadline.remove();
                listener.heard(ctx, whole.hello(), all);
            }
        }
    }

    private void end(ChannelHandlerContext ctx, String why) {
        over = true;
        drop();
        listener.unheard(why);
        var unused = ctx.close();
    }

    private void drop() {
        deadline.remove();
        ByteBuf had = read;
        if (had != null) {
            read = null;
            had.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        drop();
    }
}
