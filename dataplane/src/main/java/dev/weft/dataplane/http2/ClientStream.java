package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Failures;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Hops;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.http.WebSockets;
import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.http.body.Hints;
import dev.weft.dataplane.http.body.Tunnel;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.loop.PhaseTimer;
import dev.weft.dataplane.service.Attendant;
import dev.weft.dataplane.service.BodySink;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream that carries an exchange to an endpoint: sends the request as the filters left it, and
 * passes the answer into the exchange. Used again on its connection. Its event loop.
 */
final class ClientStream extends Stream implements BodySink, Attendant {
    /** What is waited for. */
    private enum Phase {
        ANSWER,
        BODY,
        REQUEST,
        TUNNEL
    }

    private final ClientSession session;
    private final PhaseTimer<Phase> timer;
    private @Nullable Exchange exchange;
    private Terms terms = Terms.NONE;
    private boolean headDone;
    private boolean bodiless;
    private boolean paused;
    private boolean touched;
    private int owed;
    private final Hints hints = new Hints();
    private final HeldHead held;

    /** A WebSocket that is passed on; without an exchange, one that has been said good-bye to. */
    private @Nullable Tunnel tunnel;

    ClientStream(ClientSession session) {
        this.session = session;
        this.timer = new PhaseTimer<>(session.loop, Phase.ANSWER, this::expired);
        this.held = new HeldHead(session.loop, this::passOn);
    }

    @Override
    Session session() {
        return session;
    }

    // ---- the request

    /** Sends the request; the stream is open. */
    void send(Exchange x, Terms with) {
        exchange = x;
        terms = with;
        headDone = false;
        bodiless = false;
        paused = false;
        touched = false;
        owed = 0;
        hints.begin();
        x.attend(this);
        x.answer().forget();
        boolean switches = WebSockets.asks(x.request());
        localDone = !x.hasBody() && !switches;
        HeadBlocks.request(session, id, x.request(), session.isEncrypted(), localDone);
        if (localDone || switches) {
            timer.arm(Phase.ANSWER, with.answerNanos());
        } else {
            timer.arm(Phase.REQUEST, with.idleNanos());
            x.receive(this);
        }
        session.flushSoon();
    }

    @Override
    public boolean bytes(Chunk chunk) {
        if (exchange == null || dead) {
            return true;
        }
        boolean more = session.sending().send(this, chunk);
        Tunnel through = tunnel;
        if (through != null) {
            through.wentUp(chunk);
            awaitMore();
        } else if (more && timer.is(Phase.REQUEST)) {
            timer.disarm();
        }
        return more;
    }

    @Override
    public void end() {
        if (exchange == null || dead) {
            return;
        }
        finish();
        if (localDone) {
            ended();
        }
    }

    @Override
    void writeEnd() {
        Exchange x = exchange;
        if (x != null && x.hasRequestTrailers()) {
            HeadBlocks.trailers(session, id, x.requestTrailers());
        } else {
            session.frames().end(id);
        }
    }

    @Override
    void ended() {
        if (tunnel != null) {
            awaitMore();
        } else if (headDone) {
            timer.arm(Phase.BODY, paused ? 0 : terms.idleNanos());
        } else {
            timer.arm(Phase.ANSWER, terms.answerNanos());
        }
        session.flushSoon();
    }

    @Override
    public void flush() {
        session.flushSoon();
    }

    @Override
    void writable() {
        Exchange x = exchange;
        if (x != null) {
            x.resumeBody();
        }
    }

    @Override
    void stalls() {
        if (!tunnels) {
            timer.arm(Phase.REQUEST, terms.idleNanos());
        }
    }

    @Override
    void moves() {
        if (timer.is(Phase.REQUEST)) {
            timer.disarm();
        }
    }

    // ---- the answer

    /** Where the header block that comes now belongs. */
    @Nullable Head headFor() {
        Exchange x = exchange;
        if (x == null) {
            return null;
        }
        return headDone ? x.answerTrailers() : x.answer();
    }

    boolean headDone() {
        return headDone;
    }

    /** A head is complete in the exchange's answer, or trailers are. */
    void head(boolean last) {
        Exchange x = exchange;
        if (x == null) {
            return;
        }
        if (headDone) {
            remoteDone = true;
            remoteEnd();
            return;
        }
        Head answer = x.answer();
        if (answer.status() < 200) {
            inform(x, answer);
            return;
        }
        headDone = true;
        int status = answer.status();
        if (status < 300 && WebSockets.asks(x.request())) {
            switched(x, answer, last);
            return;
        }
        bodiless = status == 204 || status == 304 || x.request().methodIs("HEAD");
        declared = bodiless ? -1 : answer.contentLength();
        Hops.dropFromAnswer(answer);
        if (last && declared > 0) {
            broken("it ends before its body");
            return;
        }
        if (last && !bodiless && declared < 0 && !GrpcCalls.isGrpc(answer)) {
            answer.bodyLength(0);
        }
        awaitMore();
        touched();
        remoteDone = last;
        if (last || !held.holds(x)) {
            if (begins(x) && last) {
                complete(x);
            }
        }
    }

    /** Passes the head on; returns whether the exchange is still this stream's. */
    private boolean begins(Exchange x) {
        held.end();
        int now = id;
        x.begin();
        // a step may have sent it elsewhere, even over this stream as it is used again
        return exchange == x && id == now;
    }

    /** The head has waited long enough for what follows it. */
    private void passOn() {
        Exchange x = exchange;
        if (x != null && begins(x)) {
            x.flush();
        }
    }

    /** The endpoint agrees to a WebSocket: bytes pass both ways from here on. */
    private void switched(Exchange x, Head answer, boolean last) {
        Hops.dropFromAnswer(answer);
        WebSockets.switched(x.request(), answer);
        tunnels = true;
        tunnel = new Tunnel(session.loop.now(), terms.tunnelIdleNanos(), terms.tunnelNanos());
        remoteDone = last;
        awaitMore();
        touched();
        int now = id;
        x.tunnel(this);
        if (last && exchange == x && id == now) {
            complete(x);
        }
    }

    private void awaitMore() {
        Tunnel through = tunnel;
        if (through != null) {
            timer.arm(Phase.TUNNEL, through.patience(session.loop.now()));
        } else {
            timer.arm(Phase.BODY, localDone ? terms.idleNanos() : 0);
        }
    }

    private void inform(Exchange x, Head answer) {
        if (hints.tooMuch(answer.limit())) {
            broken("it informs without end");
            return;
        }
        Hops.dropFromAnswer(answer);
        x.inform();
    }

    @Override
    void data(ByteBuf buf, int at, int length) {
        Exchange x = exchange;
        if (x == null) {
            took(length);
            return;
        }
        received += length;
        if (!headDone || bodiless || exceeds()) {
            broken("it has bytes where none belong");
        } else if (paused) {
            hold(buf, at, length);
        } else if (!held.waits() || (length > 0 && begins(x))) {
            pass(x, buf, at, length);
        }
    }

    private void pass(Exchange x, ByteBuf buf, int at, int length) {
        touched();
        awaitMore();
        Bytes chunk = session.bytes.over(buf, at, length);
        if (tunnel != null) {
            tunnel.wentDown(chunk);
        }
        if (x.bytes(chunk)) {
            took(length);
        } else if (exchange == x) {
            paused = true;
            owed += length;
            timer.disarm();
        }
    }

    @Override
    void remoteEnd() {
        Exchange x = exchange;
        if (x == null) {
            parted();
        } else if (!headDone || fallsShort()) {
            broken("it ends before its body");
        } else if (!holds() && (!held.waits() || begins(x))) {
            complete(x);
        }
    }

    /** The answer is whole. The stream ends first: the exchange may lead to the next. */
    private void complete(Exchange x) {
        exchange = null;
        if (localDone) {
            session.calm.streamDone();
            session.end(this);
        } else {
            reset(ErrorCode.NO_ERROR);
        }
        done();
        x.end();
    }

    private void touched() {
        if (!touched) {
            touched = true;
            session.touched(this);
        }
    }

    /** What came in this turn has all been passed on. */
    void turnEnds() {
        touched = false;
        Exchange x = exchange;
        if (x != null && !held.waits()) {
            x.flush();
        }
    }

    // ---- the caller's end

    @Override
    public void resume() {
        Exchange x = exchange;
        if (!paused || x == null) {
            return;
        }
        paused = false;
        took(owed);
        owed = 0;
        ByteBuf kept = takeHeld();
        if (kept != null) {
            try {
                pass(x, kept, kept.readerIndex(), kept.readableBytes());
            } finally {
                session.bytes.forget();
                kept.release();
            }
            if (exchange == x && !session.isReading()) {
                turnEnds();
            }
        } else {
            awaitMore();
        }
        if (exchange == x && remoteDone) {
            complete(x);
        }
        session.flushSoon();
    }

    @Override
    public void cancel() {
        exchange = null;
        if (localDone && remoteDone) {
            session.end(this);
        } else {
            reset(ErrorCode.CANCEL);
        }
        done();
    }

    @Override
    public void farewell() {
        if (tunnel != null) {
            tunnel.endNow(session.loop.now());
            expired(Phase.TUNNEL);
        }
    }

    // ---- the end

    private void expired(Phase phase) {
        Exchange x = exchange;
        if (x == null) {
            parted();
            return;
        }
        if (phase == Phase.TUNNEL && lasted(x)) {
            return;
        }
        reset(ErrorCode.CANCEL);
        if (phase == Phase.ANSWER) {
            session.doubt();
            fail(x, Failures.late(session.upstream(), terms));
        } else {
            fail(x, Failures.stalled(session.upstream(), terms));
        }
    }

    /** Whether it is a WebSocket that has lasted long enough: then it ends in good order. */
    private boolean lasted(Exchange x) {
        Tunnel through = tunnel;
        if (through == null || !through.isOver(session.loop.now())) {
            return false;
        }
        if (through.waits(session.loop.now())) {
            awaitMore();
            return true;
        }
        if (!localDone && !endWaits()) {
            session.sending().send(this, through.lastUp());
            finish();
        }
        x.bytes(through.lastDown());
        exchange = null;
        // a reset might overtake the good-bye: the endpoint has a moment to end its direction
        through.part(session.loop.now());
        awaitMore();
        session.flushSoon();
        x.end();
        return true;
    }

    /** The endpoint has had its time after the good-bye, or has no use for it. */
    private void parted() {
        if (tunnel != null) {
            cancel();
        }
    }

    void broken(String problem) {
        reset(ErrorCode.PROTOCOL_ERROR);
        lost(Failures.malformed(session.upstream(), terms, problem));
    }

    @Override
    void wasReset(int code) {
        if (remoteDone && exchange != null) {
            localDone = true; // the answer is whole: what is held of it is still given
            return;
        }
        lost(StreamFailures.reset(session.upstream(), terms, code));
    }

    /** The endpoint goes away and has not looked at this stream. */
    void notServed() {
        session.end(this);
        lost(StreamFailures.refused(session.upstream(), terms));
    }

    @Override
    void connectionLost() {
        lost(Failures.closed(session.upstream(), terms));
    }

    private void lost(Failure failure) {
        Exchange x = exchange;
        if (x != null) {
            fail(x, failure);
        } else {
            parted();
        }
    }

    void fail(Exchange x, Failure failure) {
        exchange = null;
        done();
        if (x.begun()) {
            x.cut();
        } else {
            x.answer().forget();
            x.fail(failure);
        }
    }

    private void done() {
        tunnel = null;
        held.end();
        timer.remove();
        dropHeld();
        session.putBack(this);
    }
}
