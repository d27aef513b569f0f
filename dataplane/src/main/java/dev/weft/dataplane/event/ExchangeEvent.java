package dev.weft.dataplane.event;

/** What becomes of an exchange, in the series that it is counted in. */
public enum ExchangeEvent implements WireEvent {
    /** It is counted here from now on. */
    BEGUN(Series.STARTED, 1),
    /** It goes on in another series. */
    MOVED_ON(Series.STARTED, -1),
    /** The caller's connection is encrypted. */
    ENCRYPTED(Series.ENCRYPTED, 1),
    /** It was sent once more. */
    RETRIED(Series.RETRIES, 1),
    /** An answer of gRPC's with the status OK. */
    GRPC_OK(Series.GRPC, 1),
    /** An answer of gRPC's that says that the request was at fault. */
    GRPC_REFUSED(Series.GRPC + 1, 1),
    /** An answer of gRPC's that says that the callee failed, or that says nothing. */
    GRPC_FAILED(Series.GRPC + 2, 1),
    /** A copy for a mirror was not sent: the body is longer than what is kept. */
    COPY_TOO_LONG(Series.COPIES, 1),
    /** A copy for a mirror was not sent: too many are at work. */
    COPY_TOO_MANY(Series.COPIES + 1, 1),
    /** A copy for a mirror was not sent: the request broke off. */
    COPY_BROKEN_OFF(Series.COPIES + 2, 1),
    /** It is a tunnel from here on: bytes pass as they are. */
    TUNNEL_BEGUN(Series.TUNNELS, 1),
    /** The tunnel has ended. */
    TUNNEL_ENDED(Series.TUNNELS_ENDED, 1),
    /** It is over; what is counted is how it went and how long it took, which is told beside it. */
    ENDED(Series.STARTED, 0);

    private final int cell;
    private final int step;

    ExchangeEvent(int cell, int step) {
        this.cell = cell;
        this.step = step;
    }

    /** Where it is counted. */
    int cell() {
        return cell;
    }

    int step() {
        return step;
    }

    @Override
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
