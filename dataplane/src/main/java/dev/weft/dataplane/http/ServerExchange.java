package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Refusal;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An exchange over an HTTP/1 connection. Kept by its loop and used again. Its event loop; see
 * {@link ServerConnection} for the bytes.
 */
final class ServerExchange implements Exchange, Loop.Reusable {
    /** How the end of the answer is told. */
    private enum Ending {
        NO_BODY,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    private static final byte[] LAST_CHUNK = Head.ascii("0\r\n\r\n");
    private static final byte[] CHUNKED_LINE = Head.ascii("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE_LINE = Head.ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE_LINE = Head.ascii("connection: keep-alive\r\n");

    private final Loop loop;
    private final Head request = new Head();
    private final Head answer = new Head();
    private final ArrayList<Chunk.Held> kept = new ArrayList<>();
    private Step[] steps = new Step[8];
    private int stepCount;
    private @Nullable ServerConnection connection;
    private @Nullable Attendant attendant;
    private @Nullable BodySink sink;
    private Ending ending = Ending.NO_BODY;
    private long started;
    private long answerLeft;
    private boolean begun;
    private boolean answered;
    private boolean blocked;
    private boolean sinkFull;
    private boolean hasBody;
    private boolean bodyStarted;
    private boolean bodyDone;
    private int tries = 1;
    private @Nullable Refusal refusal;
    private final @Nullable Object[] notes = new Object[Note.values().length];
    private boolean keeping;
    private int keptBytes;
    private int keepMax;

    ServerExchange(Loop loop) {
        this.loop = loop;
    }

    static ServerExchange on(Loop loop) {
        return loop.take() instanceof ServerExchange spare ? spare : new ServerExchange(loop);
    }

    // ---- for the connection

    void open(ServerConnection on) {
        connection = on;
    }

    /** The head is complete. */
    void headDone(long now) {
        started = now;
        hasBody = request.chunked || request.contentLength > 0;
    }

    boolean takesBody() {
        return sink != null && !sinkFull;
    }

    boolean bodyWanted() {
        return sink != null;
    }

    boolean answered() {
        return answered;
    }

    /** Hands a piece of the body on. */
    void bodyBytes(Bytes bytes) {
        BodySink to = sink;
        if (to == null) {
            return;
        }
        bodyStarted = true;
        if (keeping) {
            keep(bytes);
        }
        if (!to.bytes(bytes)) {
            sinkFull = true;
        }
    }

    private void keep(Chunk chunk) {
        keptBytes += chunk.length();
        if (keptBytes > keepMax) {
            keeping = false;
            releaseKept();
        } else {
            kept.add(chunk.hold());
        }
    }

    void bodyEnd() {
        bodyDone = true;
        if (sink != null) {
            sink.end();
        }
    }

    void bodyFlush() {
        if (sink != null) {
            sink.flush();
        }
    }

    void writable() {
        if (blocked) {
            blocked = false;
            if (attendant != null) {
                attendant.resume();
            }
        }
    }

    boolean blocked() {
        return blocked;
    }

    /** The exchange is over; nothing of it is used any more. */
    void over(Outcome outcome) {
        Attendant told = outcome == Outcome.COMPLETE ? null : attendant;
        attendant = null;
        sink = null;
        answered = true;
        connection = null;
        for (int i = stepCount - 1; i >= 0; i--) {
            steps[i].ended(this, outcome);
        }
        if (told != null) {
            told.cancel();
        }
        clear();
        loop.putBack(this);
    }

    private void clear() {
        request.clear();
        answer.clear();
        Arrays.fill(steps, 0, stepCount, null);
        stepCount = 0;
        ending = Ending.NO_BODY;
        started = 0;
        answerLeft = 0;
        begun = false;
        answered = false;
        blocked = false;
        sinkFull = false;
        hasBody = false;
        bodyStarted = false;
        bodyDone = false;
        tries = 1;
        refusal = null;
        Arrays.fill(notes, null);
        keeping = false;
        keepMax = 0;
        releaseKept();
        keptBytes = 0;
    }

    private void releaseKept() {
        for (Chunk.Held held : kept) {
            held.release();
        }
        kept.clear();
    }

    // ---- for services

    @Override
    public Head request() {
        return request;
    }

    @Override
    public Peer peer() {
        return connection().peer();
    }

    @Override
    public byte[] callerIp() {
        return connection().callerIp();
    }

    @Override
    public long startedNanos() {
        return started;
    }

    @Override
    public Executor loop() {
        return loop.executor();
    }

    /** The loop's own state, for services that keep some per loop. */
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
        sinkFull = false;
        for (Chunk.Held held : kept) {
            // replayed whole: it was bounded when it was kept
            sinkFull |= !to.bytes(held);
        }
        if (bodyDone) {
            to.end();
            to.flush();
        } else {
            connection().goOn();
        }
    }

    @Override
    public void resumeBody() {
        if (sinkFull) {
            sinkFull = false;
            connection().goOn();
        }
    }

    @Override
    public void keepBody(int bytesMax) {
        keeping = !bodyStarted && request.contentLength <= bytesMax;
        keepMax = bytesMax;
    }

    @Override
    public boolean bodyIsWhole() {
        return !bodyStarted || keeping;
    }

    @Override
    public void push(Step step) {
        if (stepCount == steps.length) {
            steps = Arrays.copyOf(steps, stepCount * 2);
        }
        steps[stepCount++] = step;
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
    public boolean begun() {
        return begun;
    }

    @Override
    public void continueBody() {
        if (request.expectContinue && request.version == 11 && !begun) {
            request.expectContinue = false;
            connection().out().bytes(CONTINUE);
            connection().out().flush();
        }
    }

    private static final byte[] CONTINUE = Head.ascii("HTTP/1.1 100 Continue\r\n\r\n");

    @Override
    public void inform() {
        if (request.version == 11) {
            request.expectContinue &= answer.status != 100;
            connection().out().head(answer);
            connection().out().flush();
        }
        answer.clear();
    }

    @Override
    public void begin() {
        for (int i = stepCount - 1; i >= 0; i--) {
            steps[i].answering(this);
        }
        send();
    }

    private void send() {
        ServerConnection to = connection();
        begun = true;
        boolean bodiless = request.methodIs("HEAD") || answer.status == 304;
        answer.drop(FieldName.TRANSFER_ENCODING);
        if (answer.status == 204 || answer.status < 200) {
            bodiless = true;
            answer.drop(FieldName.CONTENT_LENGTH);
        }
        if (bodiless) {
            ending = Ending.NO_BODY;
        } else if (answer.contentLength >= 0) {
            ending = Ending.LENGTH;
            answerLeft = answer.contentLength;
        } else if (request.version == 11) {
            ending = Ending.CHUNKED;
            answer.addLine(CHUNKED_LINE, "transfer-encoding".length());
        } else {
            ending = Ending.CLOSE;
        }
        if (to.closesAfter(this, ending == Ending.CLOSE)) {
            answer.addLine(CLOSE_LINE, "connection".length());
        } else if (request.version == 10) {
            answer.addLine(KEEP_ALIVE_LINE, "connection".length());
        }
        if (answer.find(FieldName.DATE, 0) < 0) {
            answer.addLine(loop.dateLine(), "date".length());
        }
        to.out().head(answer);
    }

    @Override
    public void tunnel(BodySink up) {
        ServerConnection to = connection();
        begun = true;
        ending = Ending.CLOSE;
        sink = up;
        sinkFull = false;
        to.out().head(answer);
        to.out().flush();
        to.tunnel();
    }

    @Override
    public boolean bytes(Chunk chunk) {
        int length = chunk.length();
        if (length == 0 || ending == Ending.NO_BODY) {
            return true;
        }
        ServerConnection to = connection();
        if (ending == Ending.CHUNKED) {
            to.out().framed(chunk);
        } else {
            if (ending == Ending.LENGTH) {
                answerLeft -= length;
                if (answerLeft < 0) {
                    cut();
                    return false;
                }
            }
            to.out().chunk(chunk);
        }
        blocked = !to.out().writable();
        if (blocked) {
            to.awaitWritable();
        }
        return !blocked;
    }

    @Override
    public void end() {
        if (ending == Ending.LENGTH && answerLeft > 0) {
            cut();
            return;
        }
        ServerConnection to = connection();
        if (ending == Ending.CHUNKED) {
            to.out().bytes(LAST_CHUNK);
        }
        answered = true;
        attendant = null;
        to.answered(this);
    }

    @Override
    public void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    @Override
    public void fail(Failure failure) {
        int pushed = stepCount;
        // what the caller sends meanwhile waits until somebody asks for it again
        sink = null;
        for (int i = pushed - 1; i >= 0; i--) {
            // whoever starts again below pushes itself and what is below it anew
            stepCount = i;
            if (!steps[i].failing(this, failure)) {
                return;
            }
        }
        stepCount = pushed;
        refuse(failure.refusal());
    }

    @Override
    public void refuse(Refusal why) {
        if (begun) {
            cut();
            return;
        }
        refusal = why;
        connection().refused(why);
        byte[] body = Refusals.write(why, request, answer);
        send();
        bytes(ByteChunk.of(body));
        end();
    }

    /** Refuses in the connection's name, over the head of whoever works on this. */
    void reject(Refusal why) {
        Attendant told = attendant;
        attendant = null;
        sink = null;
        if (told != null) {
            told.cancel();
        }
        refuse(why);
    }

    @Override
    public void cut() {
        connection().cut();
    }

    private ServerConnection connection() {
        ServerConnection to = connection;
        if (to == null) {
            throw new IllegalStateException("the exchange is over");
        }
        return to;
    }
}
