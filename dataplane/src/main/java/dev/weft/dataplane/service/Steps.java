package dev.weft.dataplane.service;

import java.util.Arrays;

/** The way back of one exchange: who is told, the last pushed first. Its event loop. */
public final class Steps {
    private Step[] steps = new Step[8];
    private int count;

    /** The step that is being told of the answer. */
    private int telling;

    /** Which try of which request this is: grows, and is never set back. */
    private int generation;

    public void push(Step step) {
        if (count == steps.length) {
            steps = Arrays.copyOf(steps, count * 2);
        }
        steps[count++] = step;
    }

    /** Tells of the answer; false when one took it back, and another may be complete by now. */
    public boolean answering(Exchange exchange) {
        int now = generation;
        for (int i = count - 1; i >= 0; i--) {
            telling = i;
            steps[i].answering(exchange);
            if (generation != now) {
                return false;
            }
        }
        return true;
    }

    /** The step that is being told takes the answer back: those below it are done. */
    public void retract(Exchange exchange) {
        generation++;
        int kept = telling;
        for (int i = count - 1; i > kept; i--) {
            steps[i].retracted(exchange);
        }
        count = kept;
    }

    /** Tells that no answer came; true when nobody helps. */
    public boolean failing(Exchange exchange, Failure failure) {
        int pushed = count;
        for (int i = pushed - 1; i >= 0; i--) {
            // whoever starts again below pushes itself and what is below it anew
            count = i;
            if (!steps[i].failing(exchange, failure)) {
                return false;
            }
        }
        count = pushed;
        return true;
    }

    public void tunnelling(Exchange exchange) {
        for (int i = count - 1; i >= 0; i--) {
            steps[i].tunnelling(exchange);
        }
    }

    public void refusing(Exchange exchange) {
        for (int i = count - 1; i >= 0; i--) {
            steps[i].refusing(exchange);
        }
    }

    public void ended(Exchange exchange, Outcome outcome) {
        for (int i = count - 1; i >= 0; i--) {
            steps[i].ended(exchange, outcome);
        }
    }

    public void clear() {
        generation++;
        Arrays.fill(steps, 0, count, null);
        count = 0;
    }
}
