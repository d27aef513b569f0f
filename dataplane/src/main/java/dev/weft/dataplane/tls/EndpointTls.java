package dev.weft.dataplane.tls;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.service.Secured;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The TLS towards one endpoint, with sessions of its own. Made by {@link Securing}, and closed, on
 * any thread but an event loop's; used on event loops.
 */
public final class EndpointTls implements AutoCloseable {
    private final Securing securing;
    private final @Nullable ClientTls tls;
    private final int endpoint;
    private final String unusable;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param tls null when what is configured cannot be used: then every handshake fails with the
     *     reason
     */
    EndpointTls(Securing securing, @Nullable ClientTls tls, String unusable) {
        this.securing = securing;
        this.tls = tls;
        this.unusable = unusable;
        this.endpoint = tls == null ? 0 : tls.newEndpoint();
    }

    /**
     * What is to be a new channel's handler: shakes hands before a connection hears that it stands.
     *
     * @param timeout for the handshake
     * @param failed told why there is no TLS, by a clause whose subject is the endpoint
     * @param otherwise what is done when the endpoint did not choose the first of the protocols
     *     that were offered; null: the connection hears that it stands all the same
     */
    public ChannelHandler before(
            ChannelHandler connection,
            Loop loop,
            Duration timeout,
            Consumer<String> failed,
            @Nullable Consumer<ChannelHandlerContext> otherwise) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handshake(loop, timeout, failed, otherwise), connection);
            }
        };
    }

    private ChannelHandler handshake(
            Loop loop,
            Duration timeout,
            Consumer<String> failed,
            @Nullable Consumer<ChannelHandlerContext> otherwise) {
        ClientTls with = tls;
        if (with == null) {
            return new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    failed.accept(unusable);
                }
            };
        }
        var waiting =
                new ClientHandshake.Waiting() {
                    @Override
                    public void ready(ChannelHandlerContext ctx, Secured secured) {
                        if (otherwise != null && !with.prefers(secured.application())) {
                            otherwise.accept(ctx);
                        } else {
                            ctx.fireChannelActive();
                        }
                    }

                    @Override
                    public void failed(String why) {
                        failed.accept(why);
                    }
                };
        return new ClientHandshake(with, endpoint, loop, timeout, waiting);
    }

    /** Makes no new connections; those that stand go on. */
    @Override
    public void close() {
        ClientTls made = tls;
        if (made != null && closed.compareAndSet(false, true)) {
            securing.giveBack(made);
        }
    }
}
