package dev.weft.dataplane.filter;

import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;

/**
 * Refuses with 413 a body that is too long: at once when its length is stated, as soon as it is
 * seen otherwise. Absent where bodies may be as long as they are.
 */
final class BodyLimit implements Filter {
    private final long bytesMax;
    private final String object;

    /**
     * @param bytesMax 0 for no limit
     * @param object who decided
     */
    BodyLimit(long bytesMax, String object) {
        this.bytesMax = bytesMax;
        this.object = object;
    }

    @Override
    public Service over(Service next) {
        if (bytesMax == 0) {
            return next;
        }
        var refusal =
                new Refusal(
                        413,
                        "body-too-large",
                        object,
                        "The body is longer than the " + bytesMax + " bytes that are taken here.");
        return exchange -> {
            if (exchange.request().contentLength() > bytesMax) {
                exchange.refuse(refusal);
            } else {
                exchange.limitBody(bytesMax, refusal);
                next.serve(exchange);
            }
        };
    }
}
