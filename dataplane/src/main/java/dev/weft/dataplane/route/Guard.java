package dev.weft.dataplane.route;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request must pass before it reaches a backend.
 *
 * @param limits how often; each of them must admit a request
 * @param bodyBytesMax how long a request's body may be; 0 for as long as it is
 * @param cors which pages of other origins may call; null: it is the backend's affair
 * @param fault what goes wrong on purpose; null: nothing
 */
public record Guard(
        List<RateLimit> limits, long bodyBytesMax, @Nullable Cors cors, @Nullable Fault fault) {
    private static final int LIMITS_MAX = 8;
    private static final Guard NONE = new Guard(List.of(), 0, null, null);

    public Guard {
        limits = List.copyOf(limits);
        if (limits.size() > LIMITS_MAX) {
            throw new IllegalArgumentException(
                    "limits: " + limits.size() + " (expected: at most " + LIMITS_MAX + ")");
        }
        if (bodyBytesMax < 0) {
            throw new IllegalArgumentException(
                    "bodyBytesMax: " + bodyBytesMax + " (expected: >= 0)");
        }
    }

    public static Guard none() {
        return NONE;
    }

    public Guard withLimits(List<RateLimit> other) {
        return new Guard(other, bodyBytesMax, cors, fault);
    }

    public Guard withBodyBytesMax(long other) {
        return new Guard(limits, other, cors, fault);
    }

    public Guard withCors(@Nullable Cors other) {
        return new Guard(limits, bodyBytesMax, other, fault);
    }

    public Guard withFault(@Nullable Fault other) {
        return new Guard(limits, bodyBytesMax, cors, other);
    }

    /**
     * So many requests in a time, evenly, and so many at once; more are answered 429. It holds for
     * this process, over all its event loops.
     *
     * @param name who decided: {@code TrafficPolicy default/website}; the state of limits with the
     *     same name and figures is one
     * @param burst how many may come at once after a quiet time
     */
    public record RateLimit(String name, long requests, Duration per, long burst, Key key) {
        public RateLimit {
            if (requests < 1 || requests > 1_000_000_000L || burst < 1 || burst > 1_000_000_000L) {
                throw new IllegalArgumentException(
                        "limit: "
                                + requests
                                + " requests, burst "
                                + burst
                                + " (expected: 1 to 1,000,000,000)");
            }
            if (per.isNegative() || per.isZero() || per.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        "per: " + per + " (expected: > 0, a day at most)");
            }
        }
    }

    /** What has a count of its own. */
    public sealed interface Key {
        /** All requests together. */
        record Whole() implements Key {}

        /** Each address that calls. */
        record CallerAddress() implements Key {}

        /** Each identity in a client certificate; callers without one are counted as one. */
        record CallerIdentity() implements Key {}

        /** Each value of a header; requests without it are counted as one. */
        record Header(String name) implements Key {}
    }

    /**
     * Which pages of other origins may call, and how. Answers to preflight requests are made here.
     *
     * @param origins {@code https://a.example}, {@code https://*.a.example}, or {@code *}
     * @param methods {@code *} for each
     * @param headers that a page may send; {@code *} for each
     * @param exposed headers of answers that a page may read
     * @param credentials whether cookies are sent along
     */
    public record Cors(
            Set<String> origins,
            Set<String> methods,
            Set<String> headers,
            Set<String> exposed,
            Duration maxAge,
            boolean credentials) {
        public Cors {
            origins = Set.copyOf(origins);
            methods = Set.copyOf(methods);
            headers = Set.copyOf(headers);
            exposed = Set.copyOf(exposed);
            for (String origin : origins) {
                if (!origin.matches(
                        "\\*|[a-z][a-z0-9+.-]*://(\\*|[^*/\\s]+|\\*\\.[^*/\\s]+)(:\\d+)?")) {
                    throw new IllegalArgumentException(
                            "origin: "
                                    + origin
                                    + " (expected: scheme://host, https://*.host or *)");
                }
            }
            if (maxAge.isNegative()) {
                throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: >= 0)");
            }
        }
    }

    /**
     * What goes wrong on purpose, to see whether callers can live with it.
     *
     * @param delay how long a request waits first
     * @param delayed which share waits
     * @param abort how a request is refused; null: none is
     */
    public record Fault(Duration delay, Share delayed, @Nullable Abort abort) {
        public Fault {
            if (delay.isNegative() || delay.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException(
                        "delay: " + delay + " (expected: 0 to 10 minutes)");
            }
        }
    }

    /**
     * Refuses without asking the backend.
     *
     * @param status of HTTP
     * @param grpcStatus what a gRPC caller is told; -1 for what follows from the status
     */
    public record Abort(int status, int grpcStatus, Share share) {
        public Abort {
            if (status < 400 || status > 599 || grpcStatus < -1 || grpcStatus > 16) {
                throw new IllegalArgumentException(
                        "abort: "
                                + status
                                + ", "
                                + grpcStatus
                                + " (expected: 400 to 599, and -1 to 16)");
            }
        }
    }
}
