package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.ExchangeEvent;
import dev.weft.dataplane.filter.Filters.Mirror;
import dev.weft.dataplane.http.ServerExchange;
import dev.weft.dataplane.http.Wire;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Peer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request on its way to a mirror: nobody is at its other end, so whatever is answered
 * goes nowhere. The event loop of the request that it was copied from.
 */
final class MirrorCopy implements Wire {
    /** How many may be at work on one loop. */
    private static final int AT_WORK_MAX = 256;

    private final Loop loop;
    private final Peer peer;
    private final byte[] callerIp;
    private final ServerExchange exchange;
    private final Mirror mirror;
    private final ArrayDeque<Chunk.Held> body = new ArrayDeque<>();
    private boolean open = true;
    private boolean giving;

    private MirrorCopy(Exchange of, Mirror mirror) {
        this.loop = of.home();
        this.peer = of.peer();
        this.callerIp = of.callerIp();
        this.mirror = mirror;
        exchange = ServerExchange.on(loop);
        exchange.open(this);
        exchange.request().copy(of.request());
    }

    /** Null when too many are at work. */
    static @Nullable MirrorCopy of(Exchange exchange, Mirror mirror) {
        return exchange.home().enterCopy(AT_WORK_MAX) ? new MirrorCopy(exchange, mirror) : null;
    }

    void send(List<Chunk.Held> pieces) {
        body.addAll(pieces);
        exchange.headDone(loop.now());
        mirror.service().serve(exchange);
        if (open && !exchange.hasBody()) {
            exchange.bodyEnd();
        }
    }

    /** It is not sent, for this reason. */
    void drop(ExchangeEvent why) {
        mirror.series().on(loop.index(), why);
        over(Outcome.CLIENT_GONE);
    }

    private void over(Outcome outcome) {
        if (open) {
            open = false;
            loop.leaveCopy();
            body.forEach(Chunk.Held::release);
            body.clear();
            exchange.over(outcome);
        }
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public byte[] callerIp() {
        return callerIp;
    }

    @Override
    public void takeBody() {
        if (giving) {
            return;
        }
        giving = true;
        while (open && exchange.takesBody() && !body.isEmpty()) {
            Chunk.Held piece = body.remove();
            try {
                exchange.bodyBytes(piece);
            } finally {
                piece.release();
            }
        }
        giving = false;
        if (open && body.isEmpty() && exchange.takesBody()) {
            exchange.bodyEnd();
            exchange.bodyFlush();
        }
    }

    @Override
    public void continueBody() {}

    @Override
    public void inform() {}

    @Override
    public void head() {}

    @Override
    public boolean bytes(Chunk chunk) {
        return true;
    }

    @Override
    public boolean end() {
        return true;
    }

    @Override
    public void answered() {
        over(Outcome.COMPLETE);
    }

    @Override
    public void tunnel() {
        over(Outcome.CUT);
    }

    @Override
    public void flush() {}

    @Override
    public void cut() {
        over(Outcome.CUT);
    }

    @Override
    public void refused(Refusal refusal) {}
}
