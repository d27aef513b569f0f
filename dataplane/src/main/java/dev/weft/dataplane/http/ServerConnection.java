package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.http.body.Held;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.http.body.RequestBody;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.PhaseTimer;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of an HTTP/1 connection: reads one request after the other, hands each to the
 * listener's service, and writes the answers. Its event loop, but for {@link #drain}.
 *
 * <p>It goes on reading while an answer is on its way, so that it sees the caller go; what comes
 * then is held, up to a bound, until its turn.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter implements Listening.Connection {
    /** How much of an unwanted body is read away to keep the connection. */
    private static final int DISCARD_MAX = 64 * 1024;

    private static final String BAD_CHUNKS = "the chunks of the body are not well formed";

    /** For how long a caller who has ended its direction may stay silent: it may have gone. */
    private static final long HALF_CLOSED_NANOS = 1_000_000_000L;

    /** What is waited for. */
    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        WRITE,
        HALF_CLOSED
    }

    private final Listening listening;
    private final Loop loop;
    private final PhaseTimer<Phase> timer;
    private final RequestBody body = new RequestBody();
    private final Bytes bytes = new Bytes();
    private final Caller caller = new Caller();
    private final Lingering lingering = new Lingering();
    private ChannelHandlerContext ctx;
    private Outgoing out;
    private ServerWire wire;
    private Held held;
    private @Nullable ServerExchange exchange;
    private boolean consuming;
    private boolean served;
    private boolean headDone;
    private boolean requestDone;
    private boolean tunnels;
    private boolean closeAfter;
    private boolean inputEnded;
    private boolean closed;
    private final long end;

    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    ServerConnection(Listening listening, Loop loop) {
        this.listening = listening;
        this.loop = loop;
        this.end = listening.endOf(loop.now());
        this.timer = new PhaseTimer<>(loop, Phase.IDLE, this::expired);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new Outgoing(context, loop, this::taken);
        wire = new ServerWire(this, listening, loop, out);
        held = new Held(context, loop.pressure());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        listening.opened(this);
        timer.arm(Phase.IDLE, listening.limits().idle().toNanos());
        if (listening.draining()) {
            drainHere();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        loop.tick();
        if (closed || lingering.begun()) {
            if (lingering.tooMuch(buf.readableBytes())) {
                closeNow();
            }
            buf.release();
            return;
        }
        consume(held.takeWith(buf));
    }

    private void consume(ByteBuf buf) {
        consuming = true;
        try {
            boolean more = true;
            while (more && !closed && !lingering.begun()) {
                if (!headDone) {
                    // nobody is served who does not take the answers that it was given
                    more = buf.isReadable() && out.takes() && readHead(buf);
                } else if (!requestDone) {
                    more = readBody(buf);
                } else {
                    more = false;
                }
            }
        } finally {
            consuming = false;
        }
        if (buf.isReadable() && !closed && !lingering.begun()) {
            held.hold(buf);
        } else {
            buf.release();
        }
    }

    /** Takes up what was held, now that there is use for it. */
    void goOn() {
        if (consuming || closed) {
            return;
        }
        ByteBuf waiting = held.take();
        if (waiting == null && headDone && !requestDone) {
            // the end of a body needs no bytes, and may be all that is left to tell
            waiting = Unpooled.EMPTY_BUFFER;
        }
        if (waiting != null) {
            consume(waiting);
            endOfTurn();
        }
        if (!closed) {
            held.readOn();
        }
    }

    /** Returns whether the head is complete and there may be more to do. */
    private boolean readHead(ByteBuf buf) {
        ServerExchange x = exchange;
        if (x == null) {
            exchange = x = ServerExchange.on(loop);
            wire.carries(x);
        }
        Head head = x.request();
        switch (HeadParser.read(head, buf, listening.limits().headBytesMax(), true)) {
            case MORE -> {
                x.headGrows();
                if (loop.pressure().sheds()) {
                    refuse(x, Refusals.shed());
                } else if (!timer.is(Phase.HEAD)) {
                    timer.arm(Phase.HEAD, listening.limits().head().toNanos());
                }
                return false;
            }
            case COMPLETE -> {
                begin(x, head);
                return true;
            }
            case BAD -> {
                if (listening.handsOver(head, !served)) {
                    handOver(x, head, buf);
                } else {
                    refuse(x, Refusals.malformed(head.problemStatus, head.problem));
                }
                return false;
            }
        }
        return false;
    }

    /** HTTP/2 by prior knowledge, or a tunnel: all that the caller has sent belongs to that. */
    private void handOver(ServerExchange x, Head head, ByteBuf buf) {
        out.flush();
        exchange = null;
        closed = true;
        timer.remove();
        listening.handOver(ctx, loop, head, buf);
        x.unused();
        listening.closed(this);
    }

    private void begin(ServerExchange x, Head head) {
        headDone = true;
        if (!served) {
            served = true;
            // before the first request nobody has a reason to stop sending and go on reading
            Lingering.allowHalfClose(ctx, !peer().encrypted());
        }
        body.begin(head.chunked, head.contentLength);
        requestDone = body.isEmpty();
        if (head.close || (head.version == 10 && !head.keepAlive)) {
            closeAfter = true;
        }
        timer.disarm();
        if (head.hostEnd == head.hostStart) {
            // HTTP/1.0 may leave it out; what goes on from here is HTTP/1.1, which may not
            Framing.addHost(head, peer().local());
        }
        x.headDone(loop.now());
        Refusal why = listening.refusal(loop, head);
        if (why != null) {
            closeAfter = true;
            x.reject(why);
        } else if (!listening.serve(x) && exchange == x) {
            x.reject(Refusals.internal());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE
                || (tunnels && event instanceof SslCloseCompletionEvent)) {
            loop.tick();
            inputEnded();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    /** The caller sends no more. It may still listen, or may have gone: nobody can tell. */
    private void inputEnded() {
        inputEnded = true;
        boolean isCut = !headDone || (!requestDone && !tunnels && held.isEmpty());
        if (isCut || exchange == null || lingering.begun()) {
            closeNow();
        } else if (tunnels) {
            goOn();
        } else {
            timer.arm(Phase.HALF_CLOSED, HALF_CLOSED_NANOS);
        }
    }

    /** Returns whether there may be more to do. */
    private boolean readBody(ByteBuf buf) {
        ServerExchange x = exchange;
        if (x == null || (!x.answered() && !x.takesBody())) {
            timer.disarm();
            held.bodyStops();
            return false;
        }
        switch (body.next(buf)) {
            case MORE -> {
                if (inputEnded && tunnels) {
                    bodyComplete(x);
                    return false;
                }
                timer.arm(Phase.BODY, tunnels ? 0 : listening.limits().stall().toNanos());
                return false;
            }
            case DATA -> takeBody(x, buf, body.length());
            case END -> bodyComplete(x);
            case BAD -> refuse(x, Refusals.malformed(400, BAD_CHUNKS));
        }
        return true;
    }

    private void takeBody(ServerExchange x, ByteBuf buf, int length) {
        if (x.answered()) {
            buf.skipBytes(length);
            if (body.seen() > DISCARD_MAX) {
                finish(x);
            }
        } else if (!tunnels && body.seen() > listening.limits().bodyBytesMax()) {
            buf.skipBytes(length);
            closeAfter = true;
            x.reject(Refusals.bodyTooLong(listening.limits().bodyBytesMax()));
        } else {
            int from = buf.readerIndex();
            buf.skipBytes(length);
            x.bodyBytes(bytes.over(buf, from, length));
            bytes.forget();
            held.bodyPassed(body.seen(), x.takesBody());
        }
    }

    private void bodyComplete(ServerExchange x) {
        requestDone = true;
        timer.disarm();
        if (x.answered()) {
            finish(x);
        } else {
            if (body.hasTrailers()) {
                Trailers.fill(x.requestTrailers(), body.chunks());
            }
            x.bodyEnd();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (headDone && !requestDone && exchange != null && held.stops()) {
            exchange.keepNoBody();
        }
        endOfTurn();
    }

    private void endOfTurn() {
        ServerExchange x = exchange;
        if (x != null && headDone && !x.answered()) {
            x.bodyFlush();
        }
        flushOut();
    }

    private void flushOut() {
        if (closed) {
            return;
        }
        out.flush();
        if (timer.is(Phase.HALF_CLOSED)) {
            timer.arm(Phase.HALF_CLOSED, HALF_CLOSED_NANOS);
        }
        unblock();
    }

    private void unblock() {
        ServerExchange x = exchange;
        if (x != null && x.blocked() && out.writable()) {
            if (timer.is(Phase.WRITE)) {
                timer.disarm();
            }
            x.writable();
        }
    }

    /** Refuses what is not, or not yet, a request, and closes: nothing after it can be trusted. */
    private void refuse(@Nullable ServerExchange x, Refusal why) {
        closeAfter = true;
        headDone = true;
        if (x == null || x.begun()) {
            cut();
        } else {
            x.reject(why);
        }
    }

    // ---- for the exchange

    /** From here on the request is whatever the caller sends. */
    void tunnel() {
        tunnels = true;
        closeAfter = true;
        body.beginTunnel();
        requestDone = false;
        timer.disarm();
        goOn();
    }

    /**
     * Whether the connection closes when this exchange has been answered.
     *
     * @param must whether only that tells the answer's end
     */
    boolean closesAfter(ServerExchange x, boolean must) {
        boolean unread = !requestDone && (x.request().expectContinue || body.left() > DISCARD_MAX);
        closeAfter |= must || unread || listening.draining() || loop.now() >= end;
        return closeAfter;
    }

    void awaitWritable() {
        timer.arm(Phase.WRITE, listening.limits().stall().toNanos());
    }

    /** The answer is complete; the request may not be. */
    void answered(ServerExchange x) {
        if (requestDone || closeAfter) {
            finish(x);
        } else {
            goOn();
        }
        flush();
    }

    private void finish(ServerExchange x) {
        boolean requestWasDone = requestDone;
        exchange = null;
        headDone = false;
        requestDone = false;
        x.over(Outcome.COMPLETE);
        if (closeAfter || !requestWasDone || (inputEnded && held.isEmpty())) {
            closeAfterAnswer(requestWasDone);
            return;
        }
        timer.arm(Phase.IDLE, listening.limits().idle().toNanos());
        held.takeNext();
        goOn();
    }

    private void closeAfterAnswer(boolean requestWasDone) {
        out.flush();
        boolean quiet = requestWasDone && held.isEmpty();
        held.drop();
        if (quiet) {
            closed = true;
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        lingering.begin(ctx);
        timer.arm(Phase.IDLE, Lingering.NANOS);
        held.readOn();
    }

    void flush() {
        if (!consuming) {
            flushOut();
        }
    }

    /** Ends the connection with a reset: what was begun must not look complete. */
    void cut() {
        if (ctx.channel().isOpen()) {
            closed = true;
            out.drop();
            Lingering.reset(ctx);
        }
    }

    Peer peer() {
        return caller.peer(ctx);
    }

    byte[] callerIp() {
        return caller.ip(ctx);
    }

    private void expired(Phase phase) {
        switch (phase) {
            case HEAD -> refuse(exchange, Refusals.late("head-timeout", "head"));
            case BODY -> refuse(exchange, Refusals.late("body-timeout", "body"));
            case WRITE -> cut();
            case IDLE, HALF_CLOSED -> closeNow();
        }
    }

    private void closeNow() {
        closed = true;
        var unused = ctx.close();
    }

    @Override
    public void drain() {
        ctx.executor().execute(this::drainHere);
    }

    private void drainHere() {
        closeAfter = true;
        if (exchange == null && !lingering.begun()) {
            closeNow();
        }
    }

    @Override
    public void abort() {
        ctx.executor().execute(this::cut);
    }

    /** The caller has taken what it did not take at once. */
    private void taken() {
        loop.tick();
        unblock();
        goOn();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        timer.remove();
        held.drop();
        out.drop();
        wire.over();
        ServerExchange x = exchange;
        if (x != null) {
            exchange = null;
            x.over(Outcome.atLoss(x.begun(), x.answered() && !tunnels));
        }
        listening.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // the connection broke: what is at work learns of it when the channel becomes inactive
        closeNow();
    }
}
