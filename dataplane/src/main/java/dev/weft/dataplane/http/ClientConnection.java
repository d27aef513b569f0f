package dev.weft.dataplane.http;

import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.http.body.AnswerBody;
import dev.weft.dataplane.http.body.AnswerStart;
import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.http.body.Tunnel;
import dev.weft.dataplane.http.body.Unwanted;
import dev.weft.dataplane.http.body.Wear;
import dev.weft.dataplane.loop.HeldArrays;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.PhaseTimer;
import dev.weft.dataplane.service.Attendant;
import dev.weft.dataplane.service.BodySink;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint, HTTP/1.1, one exchange at a time: sends the request's head as the
 * filters left it, lets the body through, reads the answer into the exchange. Its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements BodySink, Attendant {
    private static final int HEAD_MAX = 64 * 1024;

    /** What is waited for. */
    private enum Phase {
        ANSWER,
        BODY,
        REQUEST,
        POOLED,
        TUNNEL
    }

    private final Upstream upstream;
    private final Loop loop;
    private final PhaseTimer<Phase> timer;
    final Wear wear;
    private final Bytes bytes = new Bytes();
    private final AnswerBody body = new AnswerBody();
    private final AnswerStart start;
    private final Unwanted unwanted = new Unwanted();
    private ChannelHandlerContext ctx;
    private Outgoing out;
    private @Nullable Exchange exchange;
    private Terms terms = Terms.NONE;
    private final HeldArrays arriving;
    private boolean headDone;
    private boolean requestDone;
    private boolean requestBlocked;
    private boolean keep;
    private boolean readingOff;
    private boolean broken;
    private boolean closed;
    private @Nullable Tunnel tunnel;

    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    ClientConnection(Upstream upstream, Loop loop) {
        this.upstream = upstream;
        this.loop = loop;
        this.wear = new Wear(loop.now());
        this.timer = new PhaseTimer<>(loop, Phase.POOLED, this::expired);
        this.start = new AnswerStart(loop, this::startLate);
        this.arriving = new HeldArrays(loop.ledger());
    }

    /** The exchange waits for the connection to stand. */
    void await(Exchange x, Terms with) {
        exchange = x;
        terms = with;
        x.attend(this);
    }

    void connectFailed(Throwable cause) {
        Exchange x = exchange;
        if (x != null) {
            exchange = null;
            x.fail(Failures.refused(upstream, terms, cause));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new Outgoing(context, loop, this::taken);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Exchange x = exchange;
        loop.tick();
        timer.arm(Phase.POOLED, upstream.idleNanos());
        if (x != null) {
            send(x, terms);
        } else if (!upstream.putBack(loop, this)) {
            close();
        }
    }

    void send(Exchange x, Terms with) {
        wear.use();
        exchange = x;
        terms = with;
        headDone = false;
        requestBlocked = false;
        body.await();
        x.attend(this);
        x.answer().clear();
        out.head(x.request());
        requestDone = !x.hasBody();
        if (requestDone) {
            timer.arm(Phase.ANSWER, with.answerNanos());
        } else {
            timer.arm(Phase.REQUEST, with.idleNanos());
            x.receive(this);
        }
        flush();
    }

    @Override
    public boolean bytes(Chunk chunk) {
        Exchange x = exchange;
        if (x == null || closed) {
            return true;
        }
        out.body(chunk, x.request().chunked);
        requestBlocked = !out.writable();
        Tunnel through = tunnel;
        if (through != null) {
            through.wentUp(chunk);
            timer.arm(Phase.TUNNEL, through.patience(loop.now()));
        } else {
            timer.arm(Phase.REQUEST, requestBlocked ? terms.idleNanos() : 0);
        }
        return !requestBlocked;
    }

    @Override
    public void end() {
        Exchange x = exchange;
        if (x == null || closed) {
            return;
        }
        requestDone = true;
        if (body.isTunnel()) {
            halfClose();
            return;
        }
        if (x.request().chunked) {
            Trailers.end(out, x.hasRequestTrailers() ? x.requestTrailers() : null);
        }
        long patience = headDone ? terms.idleNanos() : terms.answerNanos();
        timer.arm(headDone ? Phase.BODY : Phase.ANSWER, patience);
    }

    /** The caller has said all it has to say, and may still listen. */
    private void halfClose() {
        out.flush();
        Lingering.endOutput(ctx);
        armForMore();
    }

    @Override
    public void flush() {
        if (closed) {
            return;
        }
        out.flush();
        resumeRequest();
    }

    private void resumeRequest() {
        Exchange x = exchange;
        if (requestBlocked && x != null && out.writable()) {
            requestBlocked = false;
            x.resumeBody();
        }
    }

    /** The endpoint has taken what it did not take at once. */
    private void taken() {
        loop.tick();
        resumeRequest();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        loop.tick();
        try {
            Exchange x = exchange;
            boolean more = true;
            while (x != null && more && exchange == x && !closed) {
                more = headDone ? readBody(x, buf) : readHead(x, buf);
            }
            if (x == null || unwanted.begun()) {
                readAway(buf);
            }
        } finally {
            bytes.forget();
            buf.release();
        }
    }

    /**
     * What nobody asked for cannot be an answer to anything; what nobody wants any more may end.
     */
    private void readAway(ByteBuf buf) {
        switch (unwanted.read(body, buf)) {
            case MORE -> {}
            case END -> rest(buf.isReadable());
            case DATA, BAD -> close();
        }
    }

    private boolean readHead(Exchange x, ByteBuf buf) {
        Head head = x.answer();
        return switch (HeadParser.read(head, buf, HEAD_MAX, false)) {
            case MORE -> {
                arriving.await(head.limit == 0 ? 0 : head.bytes.length);
                yield false;
            }
            case COMPLETE -> headComplete(x, head, buf);
            case BAD -> {
                String problem = head.problem;
                head.clear();
                fail(x, Failures.malformed(upstream, terms, problem));
                yield false;
            }
        };
    }

    private boolean headComplete(Exchange x, Head head, ByteBuf buf) {
        arriving.are(0);
        if (head.status < 200) {
            return informational(x, head);
        }
        headDone = true;
        boolean bodiless = head.status == 204 || head.status == 304 || x.request().methodIs("HEAD");
        body.begin(bodiless, head.chunked, head.contentLength);
        keep = !head.close && (head.version == 11 || head.keepAlive) && !body.endsWithConnection();
        Hops.dropFromAnswer(head);
        timer.arm(Phase.BODY, body.isEmpty() ? 0 : terms.idleNanos());
        if (body.left() > 0 && start.waits(body.left(), buf.readableBytes())) {
            return true;
        }
        x.begin();
        if (exchange == x && body.isEmpty()) {
            complete(x, buf.isReadable());
        }
        return true;
    }

    /** Passes on what was waited with. */
    private void startPassing(Exchange x) {
        ByteBuf before = start.take();
        x.begin();
        if (before != null) {
            body.took(before.readableBytes());
            if (exchange == x) {
                pass(x, before, before.readableBytes());
                bytes.forget();
            }
            before.release();
        }
    }

    private void startLate() {
        Exchange x = exchange;
        if (x != null) {
            startPassing(x);
            x.flush();
        }
    }

    private boolean informational(Exchange x, Head head) {
        if (head.status == 101) {
            String problem = WebSockets.problem(x.request(), head);
            if (!problem.isEmpty()) {
                fail(x, Failures.malformed(upstream, terms, problem));
                return false;
            }
            headDone = true;
            requestDone = false;
            body.beginTunnel();
            keep = false;
            tunnel = new Tunnel(loop.now(), terms.tunnelIdleNanos(), terms.tunnelNanos());
            armForMore();
            Hops.dropFromSwitch(head);
            x.tunnel(this);
            return true;
        }
        if (body.informsTooMuch(head.limit)) {
            fail(x, Failures.malformed(upstream, terms, "it informs without end"));
            return false;
        }
        Hops.dropFromAnswer(head);
        x.inform();
        return true;
    }

    private boolean readBody(Exchange x, ByteBuf buf) {
        if (start.waiting()) {
            if (!start.completedBy(buf, body.left(), ctx.alloc())) {
                return false;
            }
            startPassing(x);
            if (exchange != x) {
                return false;
            }
        }
        return switch (body.next(buf)) {
            case MORE -> false;
            case DATA -> {
                pass(x, buf, body.length());
                yield true;
            }
            case END -> {
                Trailers.pass(body, x);
                complete(x, buf.isReadable());
                yield false;
            }
            case BAD -> {
                fail(x, Failures.malformed(upstream, terms, "its chunks are broken"));
                yield false;
            }
        };
    }

    private void armForMore() {
        Tunnel through = tunnel;
        if (through != null) {
            timer.arm(Phase.TUNNEL, through.patience(loop.now()));
        } else {
            timer.arm(Phase.BODY, terms.idleNanos());
        }
    }

    private void pass(Exchange x, ByteBuf buf, int length) {
        if (length == 0) {
            return;
        }
        int from = buf.readerIndex();
        buf.skipBytes(length);
        armForMore();
        bytes.over(buf, from, length);
        if (tunnel != null) {
            tunnel.wentDown(bytes);
        }
        if (!x.bytes(bytes) && exchange == x) {
            readingOff = true;
            timer.disarm();
            ctx.channel().config().setAutoRead(false);
        }
    }

    /**
     * The answer is whole. The connection is given back first: the exchange may lead to the next.
     */
    private void complete(Exchange x, boolean unsolicited) {
        exchange = null;
        rest(unsolicited);
        x.end();
    }

    /** Waits to be used again, if it can be. */
    private void rest(boolean unsolicited) {
        resume();
        timer.arm(Phase.POOLED, upstream.idleNanos());
        if (!keep || !requestDone || unsolicited || closed || !upstream.putBack(loop, this)) {
            close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Exchange x = exchange;
        if (x != null && headDone && !start.waiting()) {
            x.flush();
        }
    }

    @Override
    public void resume() {
        if (readingOff) {
            readingOff = false;
            armForMore();
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void cancel() {
        Exchange x = exchange;
        exchange = null;
        boolean unseen = x != null && !x.begun() && headDone && !start.waiting();
        if (unseen && requestDone && keep && unwanted.begins(body)) {
            timer.arm(Phase.POOLED, Unwanted.NANOS);
        } else {
            close();
        }
    }

    // ---- the end

    private void expired(Phase phase) {
        Exchange x = exchange;
        if (phase == Phase.POOLED) {
            close();
        } else if (x != null && !lasted(x)) {
            boolean late = phase == Phase.ANSWER;
            fail(x, late ? Failures.late(upstream, terms) : Failures.stalled(upstream, terms));
        }
    }

    @Override
    public void farewell() {
        if (tunnel != null) {
            tunnel.endNow(loop.now());
            expired(Phase.TUNNEL);
        }
    }

    /** Whether it is a tunnel that has lasted long enough: then it ends in good order. */
    private boolean lasted(Exchange x) {
        Tunnel through = tunnel;
        if (through == null || !through.isOver(loop.now())) {
            return false;
        }
        if (through.waits(loop.now())) {
            armForMore();
            return true;
        }
        out.chunk(through.lastUp());
        out.flush();
        x.bytes(through.lastDown());
        complete(x, false);
        return true;
    }

    private void fail(Exchange x, Failure failure) {
        exchange = null;
        close();
        x.giveUp(failure);
    }

    void close() {
        closed = true;
        start.drop();
        arriving.are(0);
        var unused = ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        timer.remove();
        start.drop();
        out.drop();
        upstream.gone(loop, this);
        Exchange x = exchange;
        if (x == null) {
            return;
        }
        loop.tick();
        if (headDone && body.endsWithConnection() && !broken) {
            complete(x, false);
        } else {
            fail(x, Failures.closed(upstream, terms));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // nothing more can come, whether or not the connection is kept open
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken = true;
        if (!headDone && Failures.isTls(cause)) {
            connectFailed(cause);
        }
        close();
    }

    /** Whether a request may be sent on it: it stands, as far as this end knows. */
    boolean isUsable() {
        return !closed && ctx.channel().isActive();
    }
}
