package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.HeadFiller;
import dev.weft.dataplane.http.WebSockets;
import dev.weft.dataplane.proxy.match.HostTable;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Permit;
import dev.weft.dataplane.service.Secured;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tls.ServerTls;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener's requests come in: each finds its route in the snapshot of this moment, and
 * keeps it. Any event loop; {@link #set} on any thread.
 */
final class Entry implements Service {
    private final String name;
    private final Unrouted unrouted;
    private volatile @Nullable ServerTls tls;

    private volatile boolean left;

    /** Nothing until the first snapshot. */
    private volatile @Nullable HostTable table;

    Entry(String name, Unrouted unrouted) {
        this.name = name;
        this.unrouted = unrouted;
    }

    /** A request whose host is shown another certificate than its connection was is refused. */
    void secure(@Nullable ServerTls next) {
        tls = next;
    }

    /** Whether the host of a request is routed by its name. */
    boolean knows(Exchange exchange) {
        HostTable now = table;
        return now != null && now.names(exchange);
    }

    /** Nothing new comes in here any more; requests go on by the routes that there were. */
    void leave() {
        left = true;
    }

    void comeBack() {
        left = false;
    }

    void set(HostTable next) {
        table = next;
    }

    @Override
    public void serve(Exchange exchange) {
        ServerTls secure = tls;
        if (secure != null && secure.distinguishes() && isMisdirected(secure, exchange)) {
            return;
        }
        if (exchange.request().bytes()[exchange.request().pathStart()] == '*') {
            // OPTIONS * asks whether somebody is there
            exchange.answer().startAnswer(204);
            exchange.begin();
            exchange.end();
            return;
        }
        HostTable now = table;
        if (now == null) {
            exchange.refuse(
                    new Refusal(
                                    503,
                                    "not-started",
                                    "",
                                    "Weft has just started and does not know its routes yet.")
                            .withRetryAfter(1));
            return;
        }
        Service service = now.find(exchange);
        if (exchange.note(Note.TUNNEL) != null || WebSockets.asks(exchange.request())) {
            exchange.note(Note.PERMIT, permit(exchange.request()));
        }
        if (service == null) {
            unrouted.serve(exchange, now, name);
        } else {
            service.serve(exchange);
        }
    }

    /** A tunnel stays as long as its host leads to the same service by some route. */
    private Permit permit(Head request) {
        Head host = Head.empty();
        HeadFiller.tunnel(host, request.host(), request.hostPort());
        return service -> {
            HostTable now = table;
            return !left && now != null && now.leads(host, service);
        };
    }

    private static boolean isMisdirected(ServerTls secure, Exchange exchange) {
        String asked = exchange.peer().tls().map(Secured::serverName).orElse("");
        String host = exchange.request().host().toLowerCase(Locale.ROOT);
        if (secure.agree(asked, host)) {
            return false;
        }
        exchange.refuse(
                new Refusal(
                        421,
                        "misdirected",
                        "",
                        "The TLS of this connection was made for \""
                                + asked
                                + "\", and \""
                                + host
                                + "\" is served with another certificate: ask on a connection of"
                                + " its own."));
        return true;
    }
}
