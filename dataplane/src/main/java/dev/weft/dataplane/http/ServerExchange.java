package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.BodyBound;
import dev.weft.dataplane.http.body.KeptBody;
import dev.weft.dataplane.http.body.Passed;
import dev.weft.dataplane.loop.HeldArrays;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Alarms;
import dev.weft.dataplane.service.Attendant;
import dev.weft.dataplane.service.BodySink;
import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Peer;
import dev.weft.dataplane.service.Step;
import dev.weft.dataplane.service.Steps;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An exchange with a caller, whatever protocol the caller speaks: a {@link Wire} carries its bytes.
 * Kept by its loop and used again. Its event loop.
 */
public final class ServerExchange implements Exchange, Loop.Reusable {
    private final Loop loop;
    private final Head request = new Head();
    private final Head answer = new Head();
    private final Trailers.Seldom requestTrailers = new Trailers.Seldom();
    private final Trailers.Seldom answerTrailers = new Trailers.Seldom();
    private final KeptBody kept = new KeptBody();
    private final Alarms alarms;
    private final Steps steps = new Steps();
    private @Nullable Wire wire;
    private @Nullable Attendant attendant;
    private @Nullable BodySink sink;
    private long started;
    private boolean begun;
    private boolean answered;
    private boolean blocked;
    private boolean sinkFull;
    private boolean hasBody;
    private boolean bodyDone;
    private int tries = 1;
    private @Nullable Refusal refusal;
    private final @Nullable Object[] notes = new Object[Note.values().length];
    private long sent;
    private final Passed passed;
    private final BodyBound bound = new BodyBound();
    private final HeldArrays arrays;

    ServerExchange(Loop loop) {
        this.loop = loop;
        this.alarms = new Alarms(loop, this);
        this.passed = new Passed(loop.index());
        this.arrays = new HeldArrays(loop.ledger());
    }

    public static ServerExchange on(Loop loop) {
        return loop.take() instanceof ServerExchange spare ? spare : new ServerExchange(loop);
    }

    public void open(Wire on) {
        wire = on;
    }

    void headGrows() {
        arrays.await(request.bytes.length);
    }

    public void headDone(long now) {
        arrays.are(request.bytes.length);
        started = now;
        sent = now;
        hasBody = request.chunked || request.contentLength > 0;
    }

    public boolean takesBody() {
        return sink != null && !sinkFull;
    }

    public boolean answered() {
        return answered;
    }

    public void bodyBytes(Chunk bytes) {
        BodySink to = sink;
        if (to == null) {
            return;
        }
        passed.in(bytes.length());
        Refusal over = bound.over(bytes.length());
        if (over != null) {
            reject(over);
            return;
        }
        kept.add(bytes);
        if (!to.bytes(bytes)) {
            sinkFull = true;
        }
    }

    /** What has flowed is kept for another try no more: there is no memory for it. */
    public void keepNoBody() {
        kept.drop();
    }

    public void bodyEnd() {
        bodyDone = true;
        if (sink != null) {
            sink.end();
        }
    }

    public void bodyFlush() {
        if (sink != null) {
            sink.flush();
        }
    }

    public void writable() {
        if (blocked) {
            blocked = false;
            if (attendant != null) {
                attendant.resume();
            }
        }
    }

    public boolean blocked() {
        return blocked;
    }

    public void over(Outcome outcome) {
        Attendant told = outcome == Outcome.COMPLETE ? null : attendant;
        attendant = null;
        sink = null;
        answered = true;
        wire = null;
        steps.ended(this, outcome);
        if (told != null) {
            told.cancel();
        }
        unused();
    }

    /** Waits to be used again: it is over, or never became an exchange. */
    public void unused() {
        arrays.are(0);
        request.clear();
        answer.clear();
        requestTrailers.clear();
        answerTrailers.clear();
        steps.clear();
        begun = false;
        answered = false;
        blocked = false;
        sinkFull = false;
        bodyDone = false;
        tries = 1;
        refusal = null;
        bound.clear();
        Arrays.fill(notes, null);
        passed.clear();
        alarms.disarmAll();
        kept.clear();
        loop.putBack(this);
    }

    @Override
    public Head request() {
        return request;
    }

    @Override
    public Peer peer() {
        return wire().peer();
    }

    @Override
    public byte[] callerIp() {
        return wire().callerIp();
    }

    @Override
    public long startedNanos() {
        return started;
    }

    @Override
    public Executor loop() {
        return loop.executor();
    }

    @Override
    public Loop home() {
        return loop;
    }

    @Override
    public @Nullable Object note(Note kind) {
        return notes[kind.ordinal()];
    }

    @Override
    public void note(Note kind, @Nullable Object value) {
        notes[kind.ordinal()] = value;
    }

    @Override
    public int tries() {
        return tries;
    }

    @Override
    public void tryAgain() {
        tries++;
    }

    @Override
    public long sentNanos() {
        return sent;
    }

    @Override
    public long bytesIn() {
        return passed.in();
    }

    @Override
    public long bytesOut() {
        return passed.out();
    }

    @Override
    public void sending() {
        sent = loop.now();
    }

    @Override
    public void arm(Alarm kind, long nanos, Step told) {
        alarms.arm(kind, nanos, told);
    }

    @Override
    public void disarm(Alarm kind) {
        alarms.disarm(kind);
    }

    @Override
    public @Nullable Refusal refusal() {
        return refusal;
    }

    @Override
    public boolean hasBody() {
        return hasBody;
    }

    @Override
    public void receive(BodySink to) {
        sink = to;
        sinkFull = !kept.replay(to);
        if (bodyDone) {
            to.end();
            to.flush();
        } else {
            wire().takeBody();
        }
    }

    @Override
    public void resumeBody() {
        if (sinkFull) {
            sinkFull = false;
            wire().takeBody();
        }
    }

    @Override
    public void keepBody(int bytesMax) {
        kept.begin(passed.in() == 0 && request.contentLength <= bytesMax, bytesMax);
    }

    @Override
    public @Nullable List<Chunk.Held> holdBody() {
        return bodyDone && kept.isWhole() ? kept.hold() : null;
    }

    @Override
    public void limitBody(long bytesMax, Refusal why) {
        bound.set(bytesMax, why);
    }

    @Override
    public boolean bodyIsWhole() {
        return passed.in() == 0 || kept.isWhole();
    }

    @Override
    public void push(Step step) {
        steps.push(step);
    }

    @Override
    public void attend(Attendant who) {
        attendant = who;
    }

    @Override
    public Head answer() {
        return answer;
    }

    @Override
    public Head requestTrailers() {
        return requestTrailers.made();
    }

    @Override
    public Head answerTrailers() {
        return answerTrailers.made();
    }

    @Override
    public boolean hasRequestTrailers() {
        return requestTrailers.hasFields();
    }

    @Override
    public boolean hasAnswerTrailers() {
        return answerTrailers.hasFields();
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public void continueBody() {
        if (request.expectContinue && request.version == 11 && !begun) {
            request.expectContinue = false;
            wire().continueBody();
        }
    }

    @Override
    public void inform() {
        if (request.version == 11) {
            request.expectContinue &= answer.status != 100;
            wire().inform();
        }
        answer.clear();
    }

    @Override
    public void begin() {
        if (steps.answering(this)) {
            send();
        }
    }

    @Override
    public void retract() {
        steps.retract(this);
        leave();
        answer.clear();
        answerTrailers.clear();
    }

    private void leave() {
        Attendant told = attendant;
        attendant = null;
        sink = null;
        if (told != null) {
            told.cancel();
        }
    }

    @Override
    public void endEarly() {
        leave();
        end();
    }

    @Override
    public void giveUp(Failure failure) {
        if (!begun) {
            leave();
            answer.clear();
            fail(failure);
        } else if (!answered && wire().tells(failure.refusal())) {
            refusal = failure.refusal();
            endEarly();
        } else {
            cut();
        }
    }

    private void send() {
        begun = true;
        wire().head();
    }

    @Override
    public void tunnel(BodySink up) {
        begun = true;
        sink = up;
        sinkFull = false;
        bound.clear();
        steps.tunnelling(this);
        passed.tunnels(this);
        wire().tunnel();
    }

    @Override
    public void farewell() {
        if (attendant != null) {
            attendant.farewell();
        }
    }

    @Override
    public boolean bytes(Chunk chunk) {
        if (chunk.length() == 0) {
            return true;
        }
        passed.out(chunk.length());
        blocked = !wire().bytes(chunk);
        return !blocked;
    }

    @Override
    public void end() {
        Wire to = wire();
        attendant = Attendant.afterEnd(attendant);
        if (to.end()) {
            answered = true;
            to.answered();
        }
    }

    @Override
    public void flush() {
        if (wire != null) {
            wire.flush();
        }
    }

    @Override
    public void fail(Failure failure) {
        // what the caller sends meanwhile waits until somebody asks for it again
        sink = null;
        attendant = null;
        if (steps.failing(this, failure)) {
            refuse(failure.refusal());
        }
    }

    @Override
    public void refuse(Refusal why) {
        if (begun) {
            cut();
            return;
        }
        refusal = why;
        wire().refused(why);
        byte[] body = wire().shapes(why) ? new byte[0] : Refusals.write(why, request, answer);
        steps.refusing(this);
        send();
        bytes(ByteChunk.of(body));
        end();
    }

    /** Refuses over the head of whoever works on this. */
    public void reject(Refusal why) {
        leave();
        refuse(why);
    }

    @Override
    public void cut() {
        wire().cut();
    }

    private Wire wire() {
        Wire to = wire;
        if (to == null) {
            throw new IllegalStateException("the exchange is over");
        }
        return to;
    }
}
