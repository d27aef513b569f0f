package dev.weft.dataplane.service;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Refusal;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, as a {@link Service} sees them. Belongs to one event loop, and is
 * used again for another request when it is over: nobody keeps it beyond its end.
 *
 * <p>The answer is given by filling {@link #answer}, then {@link #begin}, {@link #bytes} as often
 * as needed, {@link #end}. Without any, by {@link #refuse} or {@link #fail}.
 */
public interface Exchange extends BodySink {
    /** The request's head; may be changed before it is passed on. */
    Head request();

    Peer peer();

    /** The caller's numeric address as it stands in a header field. Not to be changed. */
    byte[] callerIp();

    /** Nanoseconds of the clock when the request's head was complete. */
    long startedNanos();

    /** Runs work on the event loop of this exchange. */
    Executor loop();

    /** What belongs to that event loop, for services that keep something per loop. */
    Loop home();

    /** What a part of the stack noted, or null. */
    @Nullable Object note(Note kind);

    void note(Note kind, @Nullable Object value);

    /** How often the request has been sent, or is being sent, to a backend. */
    int tries();

    /** Counts one more try. */
    void tryAgain();

    /** Nanoseconds of the clock when the try at work was given to an endpoint. */
    long sentNanos();

    /** Bytes of the request's body, and of what follows it in a tunnel, that have come. */
    long bytesIn();

    /** Bytes of the answer's body, and of what follows it in a tunnel, that were given. */
    long bytesOut();

    /** A try is given to an endpoint now. */
    void sending();

    /** Has a step told when so much time has passed; puts off what was armed of that kind. */
    void arm(Alarm kind, long nanos, Step told);

    void disarm(Alarm kind);

    // ---- the request's body

    boolean hasBody();

    /**
     * Lets the body flow into a sink. Asked a second time, after {@link #keepBody}, the body is
     * given again from its beginning.
     */
    void receive(BodySink sink);

    /** The sink takes bytes again after it returned false. */
    void resumeBody();

    /** Keeps what flows of the body, up to so many bytes, so that it can be sent again. */
    void keepBody(int bytesMax);

    /** Whether {@link #receive} can give the body from its beginning. */
    boolean bodyIsWhole();

    /**
     * The whole body once more, by reference, when it has been kept and is complete; else null.
     * Each piece is released by whoever asked.
     */
    @Nullable List<Chunk.Held> holdBody();

    /** A body that turns out to be longer is refused, or the exchange cut. */
    void limitBody(long bytesMax, Refusal refusal);

    /**
     * The fields behind the request's body. Filled when the sink of {@link #receive} is told of the
     * body's end, by whoever reads the caller.
     */
    Head requestTrailers();

    /** Whether there are any; asks without making room for them. */
    boolean hasRequestTrailers();

    // ---- the way back

    /** Has a step called on the way back, before those pushed earlier. */
    void push(Step step);

    /** Names who is told when the caller takes bytes again or goes away. */
    void attend(Attendant attendant);

    /** The head of the answer, to be filled before {@link #begin}. */
    Head answer();

    /** The fields behind the answer's body, to be filled before {@link #end}. */
    Head answerTrailers();

    /** Whether there are any; asks without making room for them. */
    boolean hasAnswerTrailers();

    boolean begun();

    /** Tells a caller who waits for it (100-continue) to send the body. */
    void continueBody();

    /** Sends an informational head (1xx) that stands in {@link #answer}; the answer follows. */
    void inform();

    /**
     * Runs the steps and sends the head in {@link #answer}. The body's end is known by its
     * content-length, or is marked when {@link #end} is called.
     */
    void begin();

    /**
     * Sends the head in {@link #answer}, which switches protocols; from here on bytes pass both
     * ways as they are.
     *
     * @param up takes what the caller sends
     */
    void tunnel(BodySink up);

    /**
     * Throws away the answer whose head is there, and whoever works on it. Only within {@link
     * Step#answering}; the step that calls it starts again below itself, at once or later, and
     * pushes itself anew.
     */
    void retract();

    /** Tells the steps that no answer came; refuses if none of them helps. */
    void fail(Failure failure);

    /** Ends a tunnel that stands, as politely as its protocol lets it. */
    void farewell();

    /** Takes the exchange from whoever works on it, and fails; cuts an answer that was begun. */
    void giveUp(Failure failure);

    /** Takes an answer that was begun from whoever works on it, and ends it as it is. */
    void endEarly();

    /** Answers in Weft's own name, with the cause in a header and in the body. */
    void refuse(Refusal refusal);

    /** What was answered in Weft's own name, or null. */
    @Nullable Refusal refusal();

    /** Ends an answer that was begun so that the caller sees that something is missing. */
    void cut();
}
