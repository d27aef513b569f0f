package dev.weft.dataplane.http2;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.PhaseTimer;

/**
 * Finds out whether the other end is still there while streams are open and nothing comes: a watch
 * may be silent for hours, and a peer that has lost its network says nothing either. It is asked
 * with a ping, and given up when even that is not answered. Its event loop.
 */
final class KeepAlive {
    /** What is in its pings, so that their answers are told from others. */
    static final long OPAQUE = 0x776566742d6b61L;

    /** What is waited for. */
    private enum Phase {
        SILENCE,
        ANSWER
    }

    private final Session session;
    private final Loop loop;
    private final PhaseTimer<Phase> timer;
    private final long silenceNanos;
    private final long answerNanos;
    private long heard;
    private boolean answered;

    /**
     * @param silenceNanos how long nothing may come before it is asked
     * @param answerNanos how long the answer may take
     */
    KeepAlive(Session session, long silenceNanos, long answerNanos) {
        this.session = session;
        this.loop = session.loop;
        this.silenceNanos = silenceNanos;
        this.answerNanos = answerNanos;
        this.timer = new PhaseTimer<>(loop, Phase.SILENCE, this::expired);
        this.heard = loop.now();
    }

    /** A stream has been opened. */
    void watch() {
        if (!timer.armed()) {
            timer.arm(Phase.SILENCE, silenceNanos);
        }
    }

    /** Something came. */
    void heard() {
        heard = loop.now();
        answered = true;
    }

    private void expired(Phase phase) {
        if (session.streams.isEmpty() || session.hasEnded()) {
            return;
        }
        long left = silenceNanos - (loop.now() - heard);
        if (phase == Phase.ANSWER && !answered) {
            session.silent();
        } else if (left > 0) {
            timer.arm(Phase.SILENCE, left);
        } else {
            answered = false;
            session.frames().ping(false, OPAQUE);
            session.flushSoon();
            timer.arm(Phase.ANSWER, answerNanos);
        }
    }

    void remove() {
        timer.remove();
    }
}
