package dev.weft.dataplane.tcp;

import dev.weft.dataplane.http.Caller;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.HeadFiller;
import dev.weft.dataplane.http.Outgoing;
import dev.weft.dataplane.http.Refusals;
import dev.weft.dataplane.http.ServerExchange;
import dev.weft.dataplane.http.Wire;
import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Pressure;
import dev.weft.dataplane.loop.Timer;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Peer;
import dev.weft.dataplane.service.Service;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * The end of a tunnel towards a caller: one exchange for the whole connection, so that it is
 * routed, balanced, tried again and counted as any other. Nothing is read until an endpoint stands.
 * Its event loop.
 */
final class NearEnd extends ChannelInboundHandlerAdapter implements Wire, Pressure.Waiting {
    private static final byte[] ESTABLISHED =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE_LINE =
            "connection: close\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Forwarding forwarding;
    private final Loop loop;
    private final Asked asked;
    private final ServerExchange exchange;
    private final Bytes bytes = new Bytes();
    private final Caller caller = new Caller();
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private final Lingering lingering = new Lingering();
    private ChannelHandlerContext ctx;
    private Outgoing out;
    private boolean tunnels;
    private boolean spoken;
    private boolean refused;
    private boolean giving;
    private boolean inputEnded;
    private boolean endTold;
    private boolean answerEnded;
    private boolean over;

    /**
     * What the caller is after.
     *
     * @param connect whether it asked by CONNECT and is told in HTTP; otherwise it speaks something
     *     that nobody knows, and can only be cut
     * @param host where it wants to go; empty: wherever the listener leads
     * @param serverFirst run when the endpoint is the first to speak
     */
    record Asked(boolean connect, String host, int port, String accept, Runnable serverFirst) {
        static Asked bytes(Runnable serverFirst) {
            return new Asked(false, "", 0, "", serverFirst);
        }
    }

    /** Ends a connection whose refusal was sent, and which goes on sending. */
    private final Timer patience =
            new Timer() {
                @Override
                protected void expired() {
                    var unused = ctx.close();
                }
            };

    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    NearEnd(Forwarding forwarding, Loop loop, Asked asked) {
        this.forwarding = forwarding;
        this.loop = loop;
        this.asked = asked;
        this.exchange = ServerExchange.on(loop);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new Outgoing(context, loop, this::taken);
    }

    /** Keeps what the caller said before. */
    void keep(ByteBuf before) {
        held.add(before);
    }

    void start(Service service) {
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        exchange.open(this);
        Head head = exchange.request();
        if (asked.connect) {
            HeadFiller.tunnel(head, asked.host, asked.port);
            if (!asked.accept.isEmpty()) {
                head.add("accept", asked.accept);
            }
        } else {
            InetSocketAddress local = peer().local();
            HeadFiller.tunnel(head, host(local), local.getPort());
        }
        exchange.note(Note.TUNNEL, forwarding.digging());
        exchange.headDone(loop.tick());
        try {
            service.serve(exchange);
        } catch (RuntimeException e) {
            forwarding.faults().report("a tunnel failed for " + channel.remoteAddress(), e);
            if (!over) {
                exchange.reject(Refusals.internal());
            }
        }
        out.flush();
    }

    private static String host(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        return ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
    }

    // ---- what the caller says

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        loop.tick();
        if (over) {
            if (lingering.tooMuch(buf.readableBytes())) {
                var unused = context.close();
            }
            buf.release();
            return;
        }
        held.add(buf);
        give();
    }

    /** Hands on what was said, as far as the other end takes it. */
    private void give() {
        if (giving || !tunnels) {
            return;
        }
        giving = true;
        while (!over && !held.isEmpty() && exchange.takesBody()) {
            ByteBuf buf = held.remove();
            spoken = true;
            exchange.bodyBytes(bytes.over(buf, buf.readerIndex(), buf.readableBytes()));
            bytes.forget();
            buf.release();
        }
        giving = false;
        if (over) {
            return;
        }
        ctx.channel().config().setAutoRead(exchange.takesBody() && !stops());
        if (inputEnded && held.isEmpty() && !endTold) {
            endTold = true;
            exchange.bodyEnd();
            if (answerEnded && !over) {
                // otherwise the endpoint ended at once, and it is all over by now
                finish();
            }
        }
    }

    /** Whether there is no memory for more of what it says. */
    private boolean stops() {
        boolean stops = loop.pressure().stopsReading();
        if (stops) {
            loop.pressure().await(this);
        }
        return stops;
    }

    @Override
    public void roomCame() {
        if (!over) {
            give();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (tunnels && !over) {
            exchange.bodyFlush();
        }
        out.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE
                || event instanceof SslCloseCompletionEvent) {
            loop.tick();
            if (over) {
                var unused = context.close();
            } else if (!inputEnded) {
                inputEnded = true;
                give();
            }
        }
    }

    @Override
    public void takeBody() {
        give();
        if (tunnels && !over) {
            exchange.bodyFlush();
        }
    }

    // ---- what it is told

    @Override
    public void head() {
        if (asked.connect) {
            Head answer = exchange.answer();
            answer.addLine(CLOSE_LINE, "connection".length());
            answer.addLine(loop.dateLine(), "date".length());
            out.head(answer);
        } else if (!refused) {
            // an answer of HTTP, where nobody speaks that
            cut();
        }
    }

    @Override
    public void tunnel() {
        tunnels = true;
        if (asked.connect) {
            out.bytes(ESTABLISHED);
            out.flush();
        }
        give();
        if (!over) {
            exchange.bodyFlush();
        }
    }

    @Override
    public boolean bytes(Chunk chunk) {
        if (tunnels && !spoken) {
            spoken = true;
            asked.serverFirst.run();
        }
        if (tunnels || asked.connect) {
            out.chunk(chunk);
        }
        return out.writable();
    }

    /** A tunnel is over when both ends have said all they had to say. */
    @Override
    public boolean end() {
        if (!tunnels) {
            return true;
        }
        answerEnded = true;
        out.flush();
        if (endTold) {
            return true;
        }
        Lingering.endOutput(ctx);
        return false;
    }

    @Override
    public void answered() {
        finish();
    }

    private void finish() {
        boolean cut = refused && !asked.connect;
        over(Outcome.COMPLETE);
        if (cut) {
            // there is no way to say why to somebody whose protocol is not known
            Lingering.reset(ctx);
        } else if (tunnels) {
            out.flush();
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            out.flush();
            lingering.begin(ctx);
            loop.timers().arm(patience, loop.now() + Lingering.NANOS);
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void flush() {
        out.flush();
        goOn();
    }

    /** The caller has taken what it did not take at once. */
    private void taken() {
        loop.tick();
        goOn();
    }

    private void goOn() {
        if (!over && out.writable()) {
            exchange.writable();
        }
    }

    @Override
    public boolean shapes(Refusal refusal) {
        if (!asked.connect) {
            // for the figures; nobody is told
            exchange.answer().startAnswer(refusal.status());
        }
        return !asked.connect;
    }

    @Override
    public void refused(Refusal refusal) {
        refused = true;
        forwarding.refused(refusal.cause());
    }

    @Override
    public void continueBody() {}

    @Override
    public void inform() {}

    @Override
    public Peer peer() {
        return caller.peer(ctx);
    }

    @Override
    public byte[] callerIp() {
        return caller.ip(ctx);
    }

    // ---- the end

    @Override
    public void cut() {
        out.drop();
        Lingering.reset(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.tick();
        loop.timers().remove(patience);
        loop.pressure().leave(this);
        if (!over) {
            over(tunnels ? Outcome.CUT : Outcome.CLIENT_GONE);
        }
        out.drop();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // what is at work learns of it when the channel becomes inactive
        cut();
    }

    private void over(Outcome outcome) {
        over = true;
        held.forEach(ByteBuf::release);
        held.clear();
        exchange.over(outcome);
    }
}
