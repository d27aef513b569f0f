package dev.weft.dataplane.service;

/**
 * Work that answers a request without ever waiting: it runs on the exchange's event loop and
 * returns at once, whether or not it has answered. The other word for work is {@link Handler}.
 *
 * <p>A service is made once and serves every exchange, so it keeps nothing of one in itself; what
 * is known of a request stands in the {@link Exchange}. It ends in exactly one of: an answer begun
 * and ended, {@link Exchange#fail}, or {@link Exchange#refuse}, now or later.
 */
@FunctionalInterface
public interface Service {
    void serve(Exchange exchange);
}
