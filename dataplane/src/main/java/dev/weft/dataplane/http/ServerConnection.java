package dev.weft.dataplane.http;

import dev.weft.dataplane.http.HeadParser.Progress;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of an HTTP/1 connection: reads one request after the other, hands each to the
 * listener's service, and writes the answers. Its event loop, but for {@link #drain}.
 *
 * <p>It goes on reading while an answer is on its way, so that it sees the caller go; what comes
 * then is held, up to a bound, until its turn.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
    /** What may wait unread: the pieces of requests that follow the one at work. */
    private static final int HELD_MAX = 64 * 1024;

    /** How much of an unwanted body is read away to keep the connection. */
    private static final int DISCARD_MAX = 64 * 1024;

    /** How much is read from a caller who still sends after the last answer, and how long. */
    private static final long LINGER_BYTES = 4L << 20;

    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final int COPY_STEP = 1024;

    private final Listening listening;
    private final Loop loop;
    private final ServerTimer timer = new ServerTimer(this);
    private final Bytes bytes = new Bytes();
    private final ChunkDecoder chunks = new ChunkDecoder();
    private ChannelHandlerContext ctx;
    private Outgoing out;
    private @Nullable ServerExchange exchange;
    private @Nullable ByteBuf held;
    private @Nullable Peer peer;
    private byte @Nullable [] callerIp;
    private boolean consuming;
    private boolean headDone;
    private boolean requestDone;
    private boolean tunnel;
    private boolean closeAfter;
    private boolean lingering;
    private boolean closed;
    private boolean readingOff;
    private long bodyLeft;
    private long bodySeen;
    private long lingered;

    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    ServerConnection(Listening listening, Loop loop) {
        this.listening = listening;
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new Outgoing(context);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        listening.opened(this);
        timer.arm(ServerTimer.Phase.IDLE, listening.limits().idle());
        if (listening.draining()) {
            drainHere();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            closeNow();
        }
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        loop.tick();
        if (closed || lingering) {
            lingered += buf.readableBytes();
            buf.release();
            if (lingered > LINGER_BYTES) {
                closeNow();
            }
            return;
        }
        ByteBuf before = held;
        if (before != null) {
            held = null;
            buf = join(before, buf);
        }
        consume(buf);
    }

    private ByteBuf join(ByteBuf first, ByteBuf second) {
        ByteBuf both = ctx.alloc().directBuffer(first.readableBytes() + second.readableBytes());
        both.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return both;
    }

    private void consume(ByteBuf buf) {
        consuming = true;
        try {
            boolean more = true;
            while (more && !closed && !lingering) {
                if (!headDone) {
                    more = buf.isReadable() && readHead(buf);
                } else if (!requestDone) {
                    more = readBody(buf);
                } else {
                    more = false;
                }
            }
        } finally {
            consuming = false;
        }
        if (buf.isReadable() && !closed && !lingering) {
            hold(buf);
        } else {
            buf.release();
        }
    }

    private void hold(ByteBuf buf) {
        held = buf;
        if (buf.readableBytes() >= HELD_MAX && !readingOff) {
            readingOff = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** Takes up what was held, now that there is use for it. */
    private void goOn() {
        if (consuming || closed) {
            return;
        }
        ByteBuf waiting = held;
        if (waiting != null) {
            held = null;
            consume(waiting);
            endOfTurn();
        }
        if (readingOff && (held == null || held.readableBytes() < HELD_MAX) && !closed) {
            readingOff = false;
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Returns whether the head is complete and there may be more to do. */
    private boolean readHead(ByteBuf buf) {
        ServerExchange x = exchange;
        if (x == null) {
            x = ServerExchange.on(loop);
            x.open(this);
            exchange = x;
        }
        Head head = x.request();
        int max = listening.limits().headBytesMax();
        while (true) {
            int had = head.limit;
            int some = Math.min(Math.min(buf.readableBytes(), COPY_STEP), max - had);
            head.reserve(some);
            buf.getBytes(buf.readerIndex(), head.bytes, had, some);
            head.limit = had + some;
            Progress progress = HeadParser.request(head, max);
            switch (progress) {
                case MORE -> {
                    buf.skipBytes(some);
                    if (!buf.isReadable()) {
                        if (!timer.is(ServerTimer.Phase.HEAD)) {
                            timer.arm(ServerTimer.Phase.HEAD, listening.limits().head());
                        }
                        return false;
                    }
                }
                case COMPLETE -> {
                    buf.skipBytes(head.at - had);
                    begin(x, head);
                    return true;
                }
                case BAD -> {
                    malformed(x, head.problemStatus, head.problem);
                    return false;
                }
            }
        }
    }

    private void begin(ServerExchange x, Head head) {
        headDone = true;
        bodySeen = 0;
        bodyLeft = Math.max(head.contentLength, 0);
        requestDone = !head.chunked && bodyLeft == 0;
        if (head.chunked) {
            chunks.reset();
        }
        if (head.close || (head.version == 10 && !head.keepAlive)) {
            closeAfter = true;
        }
        timer.disarm();
        x.headDone(loop.now());
        if (head.contentLength > listening.limits().bodyBytesMax()) {
            x.reject(tooLong());
            return;
        }
        try {
            listening.service().serve(x);
        } catch (RuntimeException e) {
            listening.faults().report("a service failed for " + ctx.channel().remoteAddress(), e);
            if (exchange == x) {
                x.reject(
                        new Refusal(500, "internal", "", "Something failed here that should not."));
            }
        }
    }

    private Refusal tooLong() {
        return new Refusal(
                413,
                "body-too-large",
                "",
                "The body is longer than the "
                        + listening.limits().bodyBytesMax()
                        + " bytes that are taken here.");
    }

    /** Returns whether there may be more to do. */
    private boolean readBody(ByteBuf buf) {
        ServerExchange x = exchange;
        if (x == null) {
            return false;
        }
        boolean discards = x.answered();
        if (!discards && !x.takesBody()) {
            timer.disarm();
            return false;
        }
        int length;
        if (tunnel) {
            length = buf.readableBytes();
            if (length > 0) {
                passOn(x, buf, length);
            }
            return false;
        }
        if (x.request().chunked) {
            switch (chunks.step(buf)) {
                case MORE -> length = 0;
                case DATA -> {
                    length = chunks.data(buf);
                    chunks.took(length);
                }
                case END -> {
                    bodyComplete(x);
                    return true;
                }
                case BAD -> {
                    malformed(x, 400, "the chunks of the body are not well formed");
                    return false;
                }
                default -> throw new IllegalStateException();
            }
        } else {
            length = (int) Math.min(bodyLeft, buf.readableBytes());
            bodyLeft -= length;
        }
        if (length == 0) {
            timer.arm(ServerTimer.Phase.BODY, listening.limits().stall());
            return false;
        }
        return takeBody(x, buf, length);
    }

    private boolean takeBody(ServerExchange x, ByteBuf buf, int length) {
        bodySeen += length;
        if (x.answered()) {
            buf.skipBytes(length);
            if (bodySeen > DISCARD_MAX) {
                finish(x);
                return false;
            }
        } else if (bodySeen > listening.limits().bodyBytesMax()) {
            buf.skipBytes(length);
            x.reject(tooLong());
            return false;
        } else {
            passOn(x, buf, length);
        }
        if (exchange == x && !x.request().chunked && bodyLeft == 0) {
            bodyComplete(x);
        }
        return true;
    }

    private void passOn(ServerExchange x, ByteBuf buf, int length) {
        int from = buf.readerIndex();
        buf.skipBytes(length);
        x.bodyBytes(bytes.over(buf, from, length));
        bytes.forget();
    }

    private void bodyComplete(ServerExchange x) {
        requestDone = true;
        timer.disarm();
        if (x.answered()) {
            finish(x);
        } else {
            x.bodyEnd();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
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
        ServerExchange x = exchange;
        if (x != null && x.blocked() && out.writable()) {
            x.writable();
        }
    }

    /** Refuses what cannot be understood, and closes: nothing after it can be trusted. */
    private void malformed(ServerExchange x, int status, String problem) {
        closeAfter = true;
        headDone = true;
        String cause = status == 400 ? "malformed-request" : "request-refused";
        if (x.begun()) {
            cut();
        } else {
            x.reject(new Refusal(status, cause, "", "This cannot be served: " + problem + "."));
        }
    }

    // ---- for the exchange

    void receiveBody() {
        goOn();
    }

    void resumeBody() {
        goOn();
    }

    void refused(Refusal refusal) {
        listening.refused(refusal);
    }

    Outgoing out() {
        return out;
    }

    /** From here on the request is whatever the caller sends. */
    void tunnel() {
        tunnel = true;
        requestDone = false;
        timer.disarm();
        goOn();
    }

    void closeAfter() {
        closeAfter = true;
    }

    /** Whether the connection closes when this exchange has been answered. */
    boolean closesAfter(ServerExchange x) {
        boolean unread = !requestDone && (x.request().expectContinue || bodyLeft > DISCARD_MAX);
        closeAfter |= unread || listening.draining();
        return closeAfter;
    }

    void wrote(int length) {
        if (timer.is(ServerTimer.Phase.WRITE)) {
            timer.disarm();
        }
    }

    void awaitWritable() {
        timer.arm(ServerTimer.Phase.WRITE, listening.limits().stall());
    }

    /** The answer is complete; the request may not be. */
    void answered(ServerExchange x) {
        if (requestDone || closeAfter) {
            finish(x);
        } else {
            goOn();
        }
        if (!consuming) {
            flushOut();
        }
    }

    private void finish(ServerExchange x) {
        boolean requestWasDone = requestDone;
        exchange = null;
        headDone = false;
        requestDone = false;
        x.over(Outcome.COMPLETE);
        if (closeAfter || !requestWasDone) {
            closeAfterAnswer(requestWasDone);
            return;
        }
        timer.arm(ServerTimer.Phase.IDLE, listening.limits().idle());
        goOn();
    }

    private void closeAfterAnswer(boolean requestWasDone) {
        out.flush();
        ByteBuf waiting = held;
        boolean quiet = requestWasDone && waiting == null;
        if (waiting != null) {
            held = null;
            waiting.release();
        }
        if (quiet || peer().encrypted()) {
            closed = true;
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        // closing at once would reset the connection, and the answer with it, before it was read
        lingering = true;
        timer.arm(ServerTimer.Phase.LINGER, LINGER_NANOS);
        var unused = ((io.netty.channel.socket.DuplexChannel) ctx.channel()).shutdownOutput();
        if (readingOff) {
            readingOff = false;
            ctx.channel().config().setAutoRead(true);
        }
    }

    void flush() {
        if (!consuming) {
            flushOut();
        }
    }

    /** Ends the connection with a reset: what was begun must not look complete. */
    void cut() {
        if (!ctx.channel().isOpen()) {
            return;
        }
        if (ctx.channel().config() instanceof SocketChannelConfig config) {
            config.setSoLinger(0);
        }
        // past the TLS handler, which would say good-bye in good order
        closed = true;
        out.drop();
        ctx.channel().unsafe().close(ctx.channel().voidPromise());
    }

    Peer peer() {
        Peer known = peer;
        if (known == null) {
            known = Peers.of(ctx);
            peer = known;
        }
        return known;
    }

    byte[] callerIp() {
        byte[] known = callerIp;
        if (known == null) {
            known = Head.ascii(peer().address().getAddress().getHostAddress());
            callerIp = known;
        }
        return known;
    }

    // ---- the end

    void expired(ServerTimer.Phase phase) {
        ServerExchange x = exchange;
        switch (phase) {
            case HEAD -> {
                if (x != null) {
                    closeAfter = true;
                    headDone = true;
                    x.reject(new Refusal(408, "head-timeout", "", "The head took too long."));
                }
            }
            case BODY -> {
                closeAfter = true;
                if (x == null || x.begun()) {
                    cut();
                } else {
                    x.reject(new Refusal(408, "body-timeout", "", "The body took too long."));
                }
            }
            case WRITE -> cut();
            case IDLE, LINGER -> closeNow();
        }
    }

    private void closeNow() {
        closed = true;
        var unused = ctx.close();
    }

    /** Lets the request at work end, then closes. Any thread. */
    void drain() {
        ctx.executor().execute(this::drainHere);
    }

    private void drainHere() {
        closeAfter = true;
        if (exchange == null && !lingering) {
            closeNow();
        }
    }

    /** Closes whatever is at work. Any thread. */
    void abort() {
        ctx.executor().execute(this::cut);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        ServerExchange x = exchange;
        if (x != null && context.channel().isWritable() && x.blocked()) {
            loop.tick();
            if (timer.is(ServerTimer.Phase.WRITE)) {
                timer.disarm();
            }
            x.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        loop.timers().remove(timer);
        ByteBuf waiting = held;
        if (waiting != null) {
            held = null;
            waiting.release();
        }
        out.drop();
        ServerExchange x = exchange;
        if (x != null) {
            exchange = null;
            x.over(x.begun() ? Outcome.CUT : Outcome.CLIENT_GONE);
        }
        listening.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // the connection broke: what is at work learns of it when the channel becomes inactive
        closeNow();
    }

    Loop loop() {
        return loop;
    }
}
