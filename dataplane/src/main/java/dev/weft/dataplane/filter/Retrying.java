package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.RetryRefusal;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Filters.Lane;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request once more when no answer came, or one that is worth another try, if that can do
 * no harm: the method is idempotent, or the policy says that it does not matter, or not a byte of
 * the request was sent; and the body can be given from its beginning. No byte of an answer has been
 * passed on then. Every retry draws from the budget of its service and chooses an endpoint anew.
 * Absent where only one try is allowed.
 */
public final class Retrying implements Filter {
    private static final String[] IDEMPOTENT = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};

    private final Retry policy;
    private final long requestNanos;
    private final Retries shared;

    /**
     * @param request how long all tries may take together; 0 for as long as they take
     */
    public Retrying(Retry policy, Duration request, Retries shared) {
        this.policy = policy;
        this.requestNanos = request.toNanos();
        this.shared = shared;
    }

    @Override
    public Service over(Service next) {
        return policy.attempts() == 1 ? next : new Trying(this, next);
    }

    private static final class Trying implements Service, Step {
        private final Retry policy;
        private final Retries shared;
        private final Backoff backoff;
        private final Service next;
        private final long slotNanos;
        private final long requestNanos;

        /** Whether an answer can be worth another try, so that answers are looked at. */
        private final boolean byAnswer;

        /** Whether the status can stand behind it. */
        private final boolean byTrailers;

        Trying(Retrying filter, Service next) {
            this.policy = filter.policy;
            this.shared = filter.shared;
            this.requestNanos = filter.requestNanos;
            this.backoff = new Backoff(policy.backoff().base(), policy.backoff().max());
            this.next = next;
            this.slotNanos = RetryBudget.slotNanos(policy.budget().ttl());
            this.byTrailers = !policy.on().grpcStatuses().isEmpty();
            this.byAnswer = byTrailers || !policy.on().statuses().isEmpty();
        }

        @Override
        public void serve(Exchange exchange) {
            Lane.of(exchange).draw(exchange, slotNanos);
            if (exchange.hasBody() && mayRepeat(exchange.request())) {
                exchange.keepBody(policy.bodyBytesMax());
            }
            if (byTrailers && mayRepeat(exchange.request())) {
                exchange.note(Note.BY_TRAILERS, this);
            }
            exchange.push(this);
            next.serve(exchange);
        }

        @Override
        public boolean failing(Exchange exchange, Failure failure) {
            boolean worth =
                    failure.again()
                            && (failure.isLate() && failure.reached()
                                    ? policy.on().timeouts()
                                    : policy.on().failures());
            if (!worth || refused(exchange, failure.reached())) {
                return true;
            }
            again(exchange, pause(exchange));
            return false;
        }

        @Override
        public void answering(Exchange exchange) {
            if (!byAnswer || !isWorthAnother(exchange)) {
                return;
            }
            long pause = Pushback.nanos(exchange, shared.clock());
            if (pause == Pushback.NEVER || outlasts(exchange, pause)) {
                count(exchange, RetryRefusal.PUSHBACK);
                return;
            }
            if (!refused(exchange, true)) {
                long wait = pause == Pushback.UNSAID ? pause(exchange) : pause;
                exchange.retract();
                again(exchange, wait);
            }
        }

        /** Whether the caller would be told of the time and not of what the endpoint said. */
        private boolean outlasts(Exchange exchange, long pause) {
            long gone = exchange.home().now() - exchange.startedNanos();
            return requestNanos > 0 && pause != Pushback.UNSAID && gone + pause >= requestNanos;
        }

        private boolean isWorthAnother(Exchange exchange) {
            Head answer = exchange.answer();
            if (policy.on().statuses().contains(answer.status())) {
                return true;
            }
            return byTrailers
                    && Verdict.isGrpc(answer)
                    && policy.on().grpcStatuses().contains(Verdict.grpcStatus(exchange));
        }

        /** Whether it may not be sent again; counts why. Takes from the budget if it may. */
        private boolean refused(Exchange exchange, boolean reached) {
            RetryRefusal why = refusal(exchange, reached);
            if (why != null) {
                count(exchange, why);
            }
            return why != null;
        }

        private @Nullable RetryRefusal refusal(Exchange exchange, boolean reached) {
            if (exchange.tries() >= policy.attempts()) {
                return RetryRefusal.ATTEMPTS;
            }
            if (reached && !mayRepeat(exchange.request())) {
                return RetryRefusal.METHOD;
            }
            if (exchange.hasBody() && !exchange.bodyIsWhole()) {
                return RetryRefusal.BODY;
            }
            RetryBudget budget =
                    exchange.note(Note.BUDGET) instanceof RetryBudget chosen
                            ? chosen
                            : Lane.of(exchange).budget();
            return budget != null && budget.withdraw(exchange.home().now())
                    ? null
                    : RetryRefusal.BUDGET;
        }

        private boolean mayRepeat(Head request) {
            return policy.on().anyMethod() || isIdempotent(request);
        }

        private long pause(Exchange exchange) {
            return backoff.max().isZero()
                    ? 0
                    : backoff.nanos(exchange.tries(), shared.chance(exchange.home().index()));
        }

        private void again(Exchange exchange, long pauseNanos) {
            exchange.tryAgain();
            if (byTrailers && exchange.tries() >= policy.attempts()) {
                exchange.note(Note.BY_TRAILERS, null);
            }
            if (exchange.note(Note.SERIES) instanceof Series series) {
                series.retried(exchange.home().index());
            }
            exchange.push(this);
            if (pauseNanos == 0) {
                next.serve(exchange);
            } else {
                exchange.arm(Alarm.PAUSE, pauseNanos, this);
            }
        }

        @Override
        public void alarmed(Exchange exchange, Alarm kind) {
            next.serve(exchange);
        }

        private static void count(Exchange exchange, RetryRefusal why) {
            if (exchange.note(Note.SERIES) instanceof Series series) {
                series.retryRefused(exchange.home().index(), why);
            }
        }
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
