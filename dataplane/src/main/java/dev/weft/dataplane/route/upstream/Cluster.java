package dev.weft.dataplane.route.upstream;

import dev.weft.dataplane.route.tls.TlsClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the endpoints of one cluster are used. Backends of the same cluster name have the same terms;
 * state is kept across snapshots as long as name and terms stay.
 *
 * @param tls null: in clear
 * @param load how much at once
 */
public record Cluster(
        Protocol protocol,
        @Nullable TlsClient tls,
        Balancer balancer,
        Accrual accrual,
        Pooling pooling,
        Load load) {
    private static final Cluster USUAL =
            new Cluster(
                    Protocol.HTTP1,
                    null,
                    Balancer.usual(),
                    Accrual.usual(),
                    Pooling.usual(),
                    Load.usual());

    /** What endpoints speak. */
    public enum Protocol {
        HTTP1,
        /** HTTP/2: in clear by prior knowledge, with TLS by ALPN. */
        HTTP2,
        /** With TLS, what the endpoint chooses by ALPN, HTTP/2 first; in clear, HTTP/1.1. */
        NEGOTIATED,
        /** Nothing that is looked at: with TLS, either end may stop speaking and listen on. */
        BYTES
    }

    public static Cluster usual() {
        return USUAL;
    }

    public Cluster withProtocol(Protocol other) {
        return new Cluster(other, tls, balancer, accrual, pooling, load);
    }

    public Cluster withTls(@Nullable TlsClient other) {
        return new Cluster(protocol, other, balancer, accrual, pooling, load);
    }

    public Cluster withBalancer(Balancer other) {
        return new Cluster(protocol, tls, other, accrual, pooling, load);
    }

    public Cluster withAccrual(Accrual other) {
        return new Cluster(protocol, tls, balancer, other, pooling, load);
    }

    public Cluster withPooling(Pooling other) {
        return new Cluster(protocol, tls, balancer, accrual, other, load);
    }

    public Cluster withLoad(Load other) {
        return new Cluster(protocol, tls, balancer, accrual, pooling, other);
    }

    /**
     * How many requests are at work at once, over all loops.
     *
     * @param requests at work; 0: no bound of its own
     * @param queue how many may wait for one to end; more are answered 503
     * @param patience how long they wait
     */
    public record Load(int requests, int queue, Duration patience) {
        private static final Load USUAL = new Load(0, 0, Duration.ofSeconds(1));

        public Load {
            if (requests < 0 || queue < 0 || patience.isNegative()) {
                throw new IllegalArgumentException(
                        "load: " + requests + ", " + queue + ", " + patience + " (expected: >= 0)");
            }
        }

        public static Load usual() {
            return USUAL;
        }
    }
}
