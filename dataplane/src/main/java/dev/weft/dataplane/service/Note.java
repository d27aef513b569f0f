package dev.weft.dataplane.service;

/** What one part of a stack leaves in an exchange for another. */
public enum Note {
    /** What the route has of its own that serves the exchange. */
    LANE,
    /** The figures that the exchange is counted in. */
    SERIES,
    /** Set where the answer is gRPC's. */
    GRPC,
    /** Set where a status of gRPC that stands behind the answer's head may be worth another try. */
    BY_TRAILERS,
    /**
     * The retry budget of the backend that was chosen, where the route's requests count in several.
     */
    BUDGET,
    /** The workload that called, where it is known. */
    SOURCE,
    /** The endpoint that was tried last. */
    ENDPOINT,
    /** All that were tried, from the second try on. */
    TRIED,
    /** The endpoint that this exchange should go to if it can. */
    WANTED,
    /** The endpoint among whose requests under way this one is counted. */
    UNDER_WAY,
    /** The endpoint whose answer is gRPC's and tells by its end how it went. */
    UNJUDGED,
    /** The endpoint that this exchange tries after it was out. */
    TRIAL,
    /** The bound on requests at work that this exchange was let through by. */
    ADMITTED,
    /** The key that was made for a caller who had none. */
    KEY,
    /** The head as the first try had it. */
    HEAD,
    /** Copies of the request that wait for its body. */
    COPIES,
    /** What the access log keeps of the request as it came. */
    LOGGED,
    /** Who makes the other end, where bytes are to pass as they are and no request is sent. */
    TUNNEL,
    /** Why it was let through: a {@link Permit}, where it may outlast its route. */
    PERMIT,
    /** What is known of the tunnel that it has become, and which is counted as it goes. */
    STANDING
}
