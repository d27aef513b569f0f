package dev.weft.machine.probe;

import dev.weft.foundation.task.Pause;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.ContainerSpec;
import java.time.Duration;

/**
 * Makes one probe of one run again and again, on a thread of its own. What it found is read by any
 * thread; whoever is told looks again.
 *
 * <p>Until the first period is over it tries in quick succession and counts no failure, so that a
 * container is known to be ready a few milliseconds after it is.
 */
public final class Prober {
    private static final Duration EAGER_FIRST = Duration.ofMillis(2);
    private static final Duration EAGER_REFUSED = Duration.ofMillis(50);
    private static final Duration EAGER_ANSWERED = Duration.ofMillis(500);
    private static final Duration EAGER_COMMAND = Duration.ofMillis(100);

    /** What a probe is for. */
    public enum Kind {
        STARTUP("Startup"),
        READINESS("Readiness"),
        LIVENESS("Liveness");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** What is known of the container by this probe. */
    public enum Verdict {
        UNKNOWN,
        GOOD,
        BAD
    }

    private final Kind kind;
    private final ContainerSpec.ProbeSpec spec;
    private final Check check;
    private final Clock clock;
    private final Listener listener;
    private volatile Verdict verdict;
    private int good;
    private int bad;

    public Prober(
            Kind kind,
            ContainerSpec.ProbeSpec spec,
            Check check,
            Clock clock,
            Listener listener,
            Verdict before) {
        this.kind = kind;
        this.spec = spec;
        this.check = check;
        this.clock = clock;
        this.listener = listener;
        this.verdict = before;
    }

    /** Who wants to know. */
    public interface Listener {
        /** Whether the run has ended or is to be left alone. */
        boolean isOver();

        /** The verdict is another one. */
        void changed();

        /** A try failed that counts. */
        void failed(Kind kind, String text);
    }

    public Kind kind() {
        return kind;
    }

    public ContainerSpec.ProbeSpec spec() {
        return spec;
    }

    public Verdict verdict() {
        return verdict;
    }

    /** Until the run is over; a startup probe until it has succeeded. */
    public void run() {
        try {
            Pause.of(spec.initialDelay());
            if (kind != Kind.LIVENESS && tryEagerly() && kind == Kind.STARTUP) {
                return;
            }
            if (kind == Kind.LIVENESS) {
                once();
            }
            while (!listener.isOver()) {
                Pause.of(spec.period());
                if (listener.isOver() || (once() && kind == Kind.STARTUP)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it succeeded within the first period. */
    private boolean tryEagerly() throws InterruptedException {
        long begun = clock.nanos();
        Duration pause = check.isCommand() ? EAGER_COMMAND : EAGER_FIRST;
        while (!listener.isOver()) {
            Check.Outcome outcome = check.make(spec.timeout());
            if (outcome.good()) {
                count(outcome);
                return verdict == Verdict.GOOD;
            }
            Duration left = spec.period().minusNanos(clock.nanos() - begun);
            if (left.compareTo(pause) <= 0) {
                Pause.of(left.isNegative() ? Duration.ZERO : left);
                return once();
            }
            Pause.of(pause);
            pause = slower(pause, outcome);
        }
        return false;
    }

    private Duration slower(Duration pause, Check.Outcome outcome) {
        Duration most = outcome.refused() ? EAGER_REFUSED : EAGER_ANSWERED;
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(most) > 0 ? most : twice;
    }

    private boolean once() throws InterruptedException {
        Check.Outcome outcome = check.make(spec.timeout());
        if (listener.isOver()) {
            return false;
        }
        count(outcome);
        return outcome.good() && verdict == Verdict.GOOD;
    }

    private void count(Check.Outcome outcome) {
        Verdict before = verdict;
        if (outcome.good()) {
            bad = 0;
            good++;
            if (good >= spec.successThreshold()) {
                verdict = Verdict.GOOD;
            }
        } else {
            good = 0;
            bad++;
            listener.failed(kind, outcome.text());
            if (bad >= spec.failureThreshold()) {
                verdict = Verdict.BAD;
            }
        }
        if (verdict != before) {
            listener.changed();
        }
    }
}
