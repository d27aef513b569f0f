package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.CallerFields;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.log.AccessLogging;
import dev.weft.dataplane.log.AccessWriter;
import dev.weft.dataplane.proxy.match.HostTable;
import dev.weft.dataplane.proxy.match.NearMisses;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/**
 * What becomes of a request that no route takes: it is refused, and written down as the routes of
 * its host are, or else those of the listener. Any event loop.
 */
final class Unrouted {
    private final CallerFields caller;
    private final AccessWriter log;

    Unrouted(CallerFields caller, AccessWriter log) {
        this.caller = caller;
        this.log = log;
    }

    /**
     * @param listener where it came in
     */
    void serve(Exchange exchange, HostTable table, String listener) {
        AccessLog policy = table.log(exchange);
        Service refusing = it -> refuse(it, table, listener);
        if (policy.format() == AccessLog.Format.NONE) {
            refusing.serve(exchange);
        } else {
            // the trace, by which the sample is drawn, is in order below the caller's fields
            caller.over(new AccessLogging(policy, "", log).over(refusing)).serve(exchange);
        }
    }

    private static void refuse(Exchange exchange, HostTable table, String listener) {
        Head head = exchange.request();
        exchange.refuse(
                new Refusal(
                        404,
                        "no-route",
                        "",
                        "Nothing is routed here for the host \""
                                + head.host()
                                + "\" and the path \""
                                + head.path()
                                + "\" (listener "
                                + listener
                                + ")."
                                + NearMisses.of(table, exchange)));
    }
}
