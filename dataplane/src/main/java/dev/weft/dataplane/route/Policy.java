package dev.weft.dataplane.route;

/**
 * What happens to a request on its way.
 *
 * @param path what the backend sees as path
 * @param headers what is changed in the request's head
 * @param answerHeaders what is changed in the head of the backend's answer
 */
public record Policy(
        PathRewrite path,
        HeaderEdits headers,
        HeaderEdits answerHeaders,
        Retry retry,
        Timeouts timeouts) {
    private static final Policy USUAL =
            new Policy(
                    new PathRewrite.Keep(),
                    HeaderEdits.none(),
                    HeaderEdits.none(),
                    Retry.usual(),
                    Timeouts.usual());

    public static Policy usual() {
        return USUAL;
    }

    public Policy withPath(PathRewrite other) {
        return new Policy(other, headers, answerHeaders, retry, timeouts);
    }

    public Policy withHeaders(HeaderEdits other) {
        return new Policy(path, other, answerHeaders, retry, timeouts);
    }

    public Policy withAnswerHeaders(HeaderEdits other) {
        return new Policy(path, headers, other, retry, timeouts);
    }

    public Policy withRetry(Retry other) {
        return new Policy(path, headers, answerHeaders, other, timeouts);
    }

    public Policy withTimeouts(Timeouts other) {
        return new Policy(path, headers, answerHeaders, retry, other);
    }
}
