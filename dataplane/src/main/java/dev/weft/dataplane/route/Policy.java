package dev.weft.dataplane.route;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a request on its way.
 *
 * @param guard what it must pass
 * @param changes what is changed, once for all tries
 * @param stickiness how it finds the endpoint of an earlier one
 * @param notes what is written down of it
 */
public record Policy(
        Guard guard,
        Changes changes,
        Retry retry,
        Timeouts timeouts,
        Stickiness stickiness,
        Notes notes) {
    private static final Policy USUAL =
            new Policy(
                    Guard.none(),
                    Changes.none(),
                    Retry.usual(),
                    Timeouts.usual(),
                    Stickiness.none(),
                    new Notes(Marks.NONE, AccessLog.none(), null));

    /**
     * What is written down of a request.
     *
     * @param marks what the request and its answer are marked with
     * @param traced which share is traced, of what nobody has decided about; null: as everywhere
     */
    public record Notes(Marks marks, AccessLog log, @Nullable Share traced) {}

    public static Policy usual() {
        return USUAL;
    }

    public PathRewrite path() {
        return changes.path();
    }

    public HeaderEdits headers() {
        return changes.request();
    }

    public HeaderEdits answerHeaders() {
        return changes.answer();
    }

    public Marks marks() {
        return notes.marks;
    }

    public AccessLog log() {
        return notes.log;
    }

    public Policy withGuard(Guard other) {
        return new Policy(other, changes, retry, timeouts, stickiness, notes);
    }

    public Policy withChanges(Changes other) {
        return new Policy(guard, other, retry, timeouts, stickiness, notes);
    }

    public Policy withPath(PathRewrite other) {
        return withChanges(changes.withPath(other));
    }

    public Policy withHeaders(HeaderEdits other) {
        return withChanges(changes.withRequest(other));
    }

    public Policy withAnswerHeaders(HeaderEdits other) {
        return withChanges(changes.withAnswer(other));
    }

    public Policy withRetry(Retry other) {
        return new Policy(guard, changes, other, timeouts, stickiness, notes);
    }

    public Policy withTimeouts(Timeouts other) {
        return new Policy(guard, changes, retry, other, stickiness, notes);
    }

    public Policy withStickiness(Stickiness other) {
        return new Policy(guard, changes, retry, timeouts, other, notes);
    }

    public Policy withMarks(Marks other) {
        return withNotes(new Notes(other, notes.log, notes.traced));
    }

    public Policy withLog(AccessLog other) {
        return withNotes(new Notes(notes.marks, other, notes.traced));
    }

    public Policy withTraced(@Nullable Share other) {
        return withNotes(new Notes(notes.marks, notes.log, other));
    }

    public Policy withNotes(Notes other) {
        return new Policy(guard, changes, retry, timeouts, stickiness, other);
    }
}
