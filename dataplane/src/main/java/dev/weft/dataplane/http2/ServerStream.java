package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Refusals;
import dev.weft.dataplane.http.ServerExchange;
import dev.weft.dataplane.http.WebSockets;
import dev.weft.dataplane.http.Wire;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.loop.HeldArrays;
import dev.weft.dataplane.loop.PhaseTimer;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Peer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A stream that carries a caller's exchange. Used again on its connection. Its event loop. */
final class ServerStream extends Stream implements Wire {
    /** What is waited for. */
    private enum Phase {
        BODY,
        WRITE
    }

    private final ServerSession session;
    private final PhaseTimer<Phase> timer;
    private final Runnable cutTask = this::wasCut;
    private final HeldArrays answers;
    private @Nullable ServerExchange exchange;
    private long answerLeft;
    private boolean bodyTold;
    private boolean headWaits;
    private boolean bodiless;
    private boolean connects;
    private boolean digs;
    private boolean cutting;

    ServerStream(ServerSession session) {
        this.session = session;
        this.timer = new PhaseTimer<>(session.loop, Phase.BODY, this::expired);
        this.answers = new HeldArrays(session.loop.ledger());
    }

    @Override
    Session session() {
        return session;
    }

    // ---- the request

    /** Begins the exchange; the stream is open. */
    void serve(ServerExchange x, boolean tooLarge, boolean refused) {
        exchange = x;
        answerLeft = -1;
        digs = refused && session.listening().digs(x.request());
        connects = digs || (!refused && !tooLarge && WebSockets.asks(x.request()));
        bodyTold = remoteDone && !connects;
        headWaits = false;
        bodiless = false;
        cutting = false;
        x.open(this);
        if (tooLarge) {
            x.request().forget();
        }
        x.headDone(session.loop.now());
        if (tooLarge) {
            x.reject(Refusals.malformed(431, "the head is longer than this server takes"));
        } else if (refused && !digs) {
            x.reject(Refusals.malformed(x.request().problemStatus(), x.request().problem()));
        } else {
            serve(x);
        }
    }

    private void serve(ServerExchange x) {
        declared = digs ? -1 : x.request().contentLength();
        Refusal why = session.listening().refusal(session.loop, x.request());
        if (why != null) {
            x.reject(why);
        } else if (!handOver(x) && exchange == x) {
            x.reject(Refusals.internal());
        }
    }

    private boolean handOver(ServerExchange x) {
        return digs ? session.listening().dig(x) : session.listening().serve(x);
    }

    @Nullable Head requestTrailers() {
        ServerExchange x = exchange;
        return x == null ? null : x.requestTrailers();
    }

    @Override
    void data(ByteBuf buf, int at, int length) {
        received += length;
        ServerExchange x = exchange;
        if (exceeds()) {
            reset(ErrorCode.PROTOCOL_ERROR);
            wasReset(ErrorCode.PROTOCOL_ERROR);
        } else if (x == null || x.answered() || cutting) {
            took(length);
        } else if (!tunnels && received > session.listening().limits().bodyBytesMax()) {
            took(length);
            x.reject(Refusals.bodyTooLong(session.listening().limits().bodyBytesMax()));
        } else if (!holds() && x.takesBody()) {
            took(length);
            awaitBody();
            x.bodyBytes(session.bytes.over(buf, at, length));
            if (!session.grants()) {
                x.keepNoBody();
            }
        } else {
            hold(buf, at, length);
        }
        session.touched(this);
    }

    @Override
    void remoteEnd() {
        if (fallsShort() && exchange != null) {
            reset(ErrorCode.PROTOCOL_ERROR);
            wasReset(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        tellEnd();
        session.touched(this);
    }

    private void tellEnd() {
        ServerExchange x = exchange;
        if (x != null && !holds() && remoteDone && !bodyTold && !x.answered()) {
            bodyTold = true;
            if (timer.is(Phase.BODY)) {
                timer.disarm();
            }
            x.bodyEnd();
            if (digs && localDone && exchange == x) {
                // the endpoint ended before, and its end is told
                over(Outcome.COMPLETE);
            }
        }
    }

    /** What came in this turn has all been handed on. */
    void turnEnds() {
        ServerExchange x = exchange;
        if (x != null && !x.answered() && !cutting) {
            x.bodyFlush();
        }
    }

    @Override
    public void takeBody() {
        ServerExchange x = exchange;
        if (x == null || cutting) {
            return;
        }
        ByteBuf kept = takeHeld();
        if (kept != null) {
            took(kept.readableBytes());
            try {
                x.bodyBytes(session.bytes.over(kept, kept.readerIndex(), kept.readableBytes()));
            } finally {
                session.bytes.forget();
                kept.release();
            }
        }
        if (exchange == x && x.takesBody()) {
            tellEnd();
        }
        if (exchange == x && !bodyTold && x.takesBody()) {
            awaitBody();
        }
        if (exchange == x && kept != null) {
            x.bodyFlush();
        }
        session.flushSoon();
    }

    private long stallNanos() {
        return session.listening().limits().stall().toNanos();
    }

    /** A tunnel may be silent, for as long as whoever is at its other end says. */
    private void awaitBody() {
        if (!tunnels) {
            timer.arm(Phase.BODY, stallNanos());
        }
    }

    // ---- the answer

    @Override
    public Peer peer() {
        return session.caller().peer(session.context());
    }

    @Override
    public byte[] callerIp() {
        return session.caller().ip(session.context());
    }

    @Override
    public void refused(Refusal refusal) {
        session.listening().refused(refusal);
    }

    @Override
    public boolean shapes(Refusal refusal) {
        ServerExchange x = exchange();
        boolean grpc = GrpcCalls.isGrpc(x.request());
        if (grpc) {
            GrpcCalls.refuse(refusal, x.answer());
        }
        return grpc;
    }

    /** A caller of gRPC reads its status behind the answer, and takes a reset for a defect. */
    @Override
    public boolean tells(Refusal refusal) {
        ServerExchange x = exchange();
        if (cutting || dead || tunnels || !GrpcCalls.isGrpc(x.answer())) {
            return false;
        }
        dropWaiting(); // what it has no credit for comes too late
        answerLeft = -1;
        GrpcCalls.end(refusal, x.answerTrailers());
        refused(refusal);
        return true;
    }

    @Override
    public void continueBody() {
        HeadBlocks.status(session, id, 100);
        session.flushSoon();
    }

    @Override
    public void inform() {
        HeadBlocks.answer(session, id, exchange().answer(), false);
        session.flushSoon();
    }

    @Override
    public void head() {
        ServerExchange x = exchange();
        Head answer = x.answer();
        answers.are(answer.bytes().length);
        byte[] instead = connects && answer.status() < 300 ? notSwitched(x) : null;
        int status = answer.status();
        bodiless = x.request().methodIs("HEAD") || status == 304 || status == 204;
        if (status == 204) {
            answer.drop(FieldName.CONTENT_LENGTH);
        }
        if (answer.find(FieldName.DATE, 0) < 0) {
            answer.addLine(session.loop.dateLine(), "date".length());
        }
        answerLeft = bodiless ? -1 : answer.contentLength();
        // whether it ends the stream is known when the next word about it comes
        headWaits = true;
        if (instead != null) {
            var unused = bytes(ByteChunk.of(instead));
            bodiless = true;
        }
    }

    /** A caller would take any such status for a WebSocket that stands: it is told otherwise. */
    private byte[] notSwitched(ServerExchange x) {
        Refusal refusal = Refusals.notSwitched(x.answer().status());
        refused(refusal);
        return Refusals.write(refusal, x.request(), x.answer());
    }

    private void writeHead(boolean last) {
        if (headWaits) {
            headWaits = false;
            localDone = last;
            HeadBlocks.answer(session, id, exchange().answer(), last);
        }
    }

    @Override
    public boolean bytes(Chunk chunk) {
        if (bodiless || cutting || dead) {
            return true;
        }
        writeHead(false);
        if (answerLeft >= 0) {
            answerLeft -= chunk.length();
            if (answerLeft < 0) {
                cut();
                return false;
            }
        }
        return session.sending().send(this, chunk);
    }

    @Override
    public boolean end() {
        if (answerLeft > 0) {
            cut();
            return false;
        }
        if (cutting || dead) {
            return false;
        }
        if (digs && tunnels) {
            // either end of a tunnel may stop speaking and go on listening
            finish();
            return bodyTold;
        }
        boolean trailed = exchange().hasAnswerTrailers() && !bodiless;
        writeHead(!trailed);
        if (!localDone) {
            finish();
        }
        return true;
    }

    @Override
    void writeEnd() {
        ServerExchange x = exchange;
        if (x != null && x.hasAnswerTrailers()) {
            HeadBlocks.trailers(session, id, x.answerTrailers());
        } else {
            session.frames().end(id);
        }
    }

    @Override
    public void answered() {
        session.flushSoon();
        if (localDone) {
            ended();
        } else {
            dropHeld();
        }
    }

    @Override
    void ended() {
        if (digs && tunnels && !bodyTold) {
            return;
        }
        if (!remoteDone) {
            // the answer is whole: what the caller still sends is of no use
            session.frames().reset(id, ErrorCode.NO_ERROR);
            session.streams.wasReset(id);
        } else {
            session.calm.streamDone();
        }
        over(Outcome.COMPLETE);
    }

    @Override
    public void tunnel() {
        if (!connects) {
            throw new IllegalStateException("the caller has not asked for a tunnel");
        }
        tunnels = true;
        timer.disarm();
        if (digs) {
            HeadBlocks.status(session, id, 200);
        } else {
            HeadBlocks.agree(session, id, exchange().answer());
        }
        takeBody();
    }

    @Override
    public void flush() {
        if (headWaits && !dead) {
            writeHead(bodiless);
        }
        session.flushSoon();
    }

    // ---- credit

    @Override
    void writable() {
        ServerExchange x = exchange;
        if (x != null && x.blocked()) {
            x.writable();
        }
    }

    @Override
    void stalls() {
        timer.arm(Phase.WRITE, stallNanos());
    }

    @Override
    void moves() {
        if (timer.is(Phase.WRITE)) {
            timer.disarm();
        }
    }

    private void expired(Phase phase) {
        ServerExchange x = exchange;
        if (x == null || dead) {
            return;
        }
        if (phase == Phase.BODY && !x.begun()) {
            x.reject(Refusals.late("body-timeout", "body"));
        } else {
            cut();
        }
    }

    // ---- the end

    /** Whoever cuts may still hold the exchange: it is over when he has let go. */
    @Override
    public void cut() {
        if (cutting || dead) {
            return;
        }
        cutting = true;
        headWaits = false;
        if (localDone && !digs) {
            reset(ErrorCode.NO_ERROR);
        } else {
            reset(tunnels ? brokenTunnel() : ErrorCode.INTERNAL_ERROR);
        }
        session.loop.executor().execute(cutTask);
    }

    private int brokenTunnel() {
        return digs ? ErrorCode.CONNECT_ERROR : ErrorCode.CANCEL;
    }

    private void wasCut() {
        if (cutting && exchange != null) {
            session.loop.tick();
            over(Outcome.CUT);
        }
    }

    @Override
    void wasReset(int code) {
        gone();
    }

    @Override
    void connectionLost() {
        gone();
    }

    private void gone() {
        ServerExchange x = exchange;
        if (x != null && !cutting) {
            over(x.begun() ? Outcome.CUT : Outcome.CLIENT_GONE);
        }
    }

    private void over(Outcome outcome) {
        ServerExchange x = exchange;
        exchange = null;
        answers.are(0);
        timer.remove();
        dropHeld();
        session.end(this);
        if (x != null) {
            x.over(outcome);
        }
        session.putBack(this);
    }

    private ServerExchange exchange() {
        ServerExchange x = exchange;
        if (x == null) {
            throw new IllegalStateException("the exchange is over");
        }
        return x;
    }
}
