package dev.weft.dataplane.route;

/**
 * What happens to a request on its way.
 *
 * @param path what the backend sees as path
 * @param headers what is changed in the request's head
 * @param answerHeaders what is changed in the head of the backend's answer
 * @param marks what the request and its answer are marked with
 */
public record Policy(
        PathRewrite path,
        HeaderEdits headers,
        HeaderEdits answerHeaders,
        Retry retry,
        Timeouts timeouts,
        Marks marks) {
    private static final Policy USUAL =
            new Policy(
                    new PathRewrite.Keep(),
                    HeaderEdits.none(),
                    HeaderEdits.none(),
                    Retry.usual(),
                    Timeouts.usual(),
                    Marks.NONE);

    public static Policy usual() {
        return USUAL;
    }

    public Policy withPath(PathRewrite other) {
        return new Policy(other, headers, answerHeaders, retry, timeouts, marks);
    }

    public Policy withHeaders(HeaderEdits other) {
        return new Policy(path, other, answerHeaders, retry, timeouts, marks);
    }

    public Policy withAnswerHeaders(HeaderEdits other) {
        return new Policy(path, headers, other, retry, timeouts, marks);
    }

    public Policy withRetry(Retry other) {
        return new Policy(path, headers, answerHeaders, other, timeouts, marks);
    }

    public Policy withTimeouts(Timeouts other) {
        return new Policy(path, headers, answerHeaders, retry, other, marks);
    }

    public Policy withMarks(Marks other) {
        return new Policy(path, headers, answerHeaders, retry, timeouts, other);
    }
}
