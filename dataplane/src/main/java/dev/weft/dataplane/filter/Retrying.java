package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;

/**
 * Sends a request once more when no answer came, if that can do no harm: the method is idempotent
 * or not a byte of the request was sent, and the body can be given from its beginning. No byte of
 * an answer has been passed on then. Absent where only one try is allowed.
 */
public final class Retrying implements Filter {
    private static final String[] IDEMPOTENT = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};

    private final Retry policy;

    public Retrying(Retry policy) {
        this.policy = policy;
    }

    @Override
    public Service over(Service next) {
        return policy.attempts() == 1 ? next : new Trying(policy, next);
    }

    private record Trying(Retry policy, Service next) implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            if (exchange.hasBody() && isIdempotent(exchange.request())) {
                exchange.keepBody(policy.bodyBytesMax());
            }
            exchange.push(this);
            next.serve(exchange);
        }

        @Override
        public boolean failing(Exchange exchange, Failure failure) {
            if (!failure.again()
                    || exchange.tries() >= policy.attempts()
                    || (failure.reached() && !isIdempotent(exchange.request()))
                    || (exchange.hasBody() && !exchange.bodyIsWhole())) {
                return true;
            }
            exchange.tryAgain();
            if (exchange.note(Note.SERIES) instanceof Series series) {
                series.retried(exchange.home().index());
            }
            exchange.push(this);
            next.serve(exchange);
            return false;
        }

        private static boolean isIdempotent(Head head) {
            for (String method : IDEMPOTENT) {
                if (head.methodIs(method)) {
                    return true;
                }
            }
            return false;
        }
    }
}
