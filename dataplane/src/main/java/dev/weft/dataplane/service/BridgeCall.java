package dev.weft.dataplane.service;

import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.loop.Ledger;
import dev.weft.dataplane.route.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request between an event loop and the virtual thread of its handler. What the handler's thread
 * asks of the exchange travels as a task to the event loop; the exchange is let go of there when it
 * is over, so a late task finds nothing.
 */
final class BridgeCall implements Call, Attendant {
    static final Refusal STOPPING =
            new Refusal(503, "stopping", "", "This server is being stopped.");
    private static final Refusal NO_ANSWER =
            new Refusal(500, "handler-failed", "", "The handler of this request failed.");

    /** Fields that the connection itself writes. */
    private static final Set<String> OWN_FIELDS =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive", "upgrade");

    private final Executor loop;
    private final Ledger ledger;
    private final String method;
    private final String path;
    private final String query;
    private final Headers headers;
    private final Peer peer;
    private final BodyIn body;
    private final BodyOut out;
    private final Object lock = new Object();
    private final List<Runnable> whenGone = new ArrayList<>();
    private boolean gone;
    private boolean begun;
    private boolean ended;

    /** Event loop only. */
    private @Nullable Exchange exchange;

    BridgeCall(Exchange exchange) {
        this.exchange = exchange;
        loop = exchange.loop();
        ledger = exchange.home().ledger();
        method = exchange.request().method();
        path = exchange.request().path();
        query = exchange.request().query();
        headers = exchange.request().headers();
        peer = exchange.peer();
        body = new BodyIn(this, exchange.hasBody());
        out = new BodyOut(this);
    }

    String name() {
        return method + " " + path;
    }

    // ---- the handler's thread

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String query() {
        return query;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void answer(int status, Headers fields, byte[] whole) throws IOException {
        begin();
        if (whole.length <= BodyOut.PIECE) {
            onLoop(
                    x -> {
                        head(x, status, fields, whole.length);
                        x.bytes(ByteChunk.of(whole));
                        end(x);
                    });
            ended = true;
            return;
        }
        onLoop(x -> head(x, status, fields, whole.length));
        out.write(whole);
        out.close();
    }

    @Override
    public void refuse(Refusal why) throws IOException {
        begin();
        onLoop(x -> refuse(x, why));
        ended = true;
    }

    @Override
    public OutputStream stream(int status, Headers fields) throws IOException {
        begin();
        long length = fields.first("content-length").map(BridgeCall::length).orElse(-1L);
        onLoop(
                x -> {
                    head(x, status, fields, length);
                    x.flush();
                });
        return out;
    }

    private static long length(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("content-length: " + value, e);
        }
    }

    private void begin() throws IOException {
        if (begun) {
            throw new IllegalStateException(name() + " was already answered");
        }
        begun = true;
        if (clientGone()) {
            throw new IOException("the client has gone");
        }
    }

    private static void head(Exchange x, int status, Headers fields, long length) {
        x.answer().startAnswer(status);
        fields.forEach(
                (name, value) -> {
                    if (!OWN_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
                        x.answer().add(name, value);
                    }
                });
        if (length >= 0) {
            x.answer().bodyLength(length);
        }
        x.begin();
    }

    @Override
    public boolean clientGone() {
        synchronized (lock) {
            return gone;
        }
    }

    @Override
    public void onClientGone(Runnable action) {
        synchronized (lock) {
            if (!gone) {
                whenGone.add(action);
                return;
            }
        }
        action.run();
    }

    /** The handler returned. */
    void returned() {
        body.drop();
        if (!begun) {
            onLoop(x -> refuse(x, NO_ANSWER));
        } else if (!ended) {
            onLoop(Exchange::cut);
        }
    }

    void failed() {
        body.drop();
        if (!begun) {
            onLoop(x -> refuse(x, NO_ANSWER));
        } else if (!ended) {
            onLoop(Exchange::cut);
        }
    }

    void ended() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    /** Does something on the event loop, unless the exchange is over by then. */
    void onLoop(Consumer<Exchange> work) {
        loop.execute(
                () -> {
                    Exchange x = exchange;
                    if (x != null) {
                        work.accept(x);
                    }
                });
    }

    /** The same, but told even when it is over. */
    void toLoop(Consumer<@Nullable Exchange> work) {
        loop.execute(() -> work.accept(exchange));
    }

    /** So many bytes more wait in a pipe, or fewer. */
    void arrays(int more) {
        ledger.arrays(more);
    }

    // ---- the event loop

    private void refuse(Exchange x, Refusal why) {
        exchange = null;
        x.refuse(why);
    }

    void end(Exchange x) {
        exchange = null;
        x.end();
    }

    @Override
    public void resume() {
        out.resume();
    }

    @Override
    public void cancel() {
        exchange = null;
        List<Runnable> told;
        synchronized (lock) {
            gone = true;
            told = List.copyOf(whenGone);
            whenGone.clear();
        }
        body.cut();
        out.cut();
        told.forEach(Runnable::run);
    }
}
