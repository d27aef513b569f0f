package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Failures;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.HeadFiller;
import dev.weft.dataplane.http.HeadFiller.Verdict;
import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.http.WebSockets;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.hpack.HpackDecoder;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.PhaseTimer;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.tls.TlsFailure;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.function.Function;

/**
 * A connection to an endpoint that speaks HTTP/2: carries as many exchanges at once as the endpoint
 * allows. Its event loop.
 */
final class ClientSession extends Session implements Upstream.Carrier {
    private static final int HEAD_MAX = 64 * 1024;
    private static final int SPARE_MAX = 8;

    /** As many at once, even where the endpoint names no bound; more open another connection. */
    private static final int STREAMS_MAX = 100;

    /** The last stream number that is used; what follows would not fit. */
    private static final int ID_MAX = Integer.MAX_VALUE - 2;

    /** How long an endpoint with streams at work may say nothing before it is asked for a sign. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final long DOUBT_NANOS = 5_000_000_000L;

    /** What is waited for. */
    private enum Phase {
        GREETING,
        IDLE,
        DOUBT
    }

    private final Upstream upstream;
    private final Multiplex.Sessions home;
    private final PhaseTimer<Phase> timer;
    private final ArrayDeque<ClientStream> spare = new ArrayDeque<>();
    private final ArrayDeque<Applicant> waiting = new ArrayDeque<>();
    private final ArrayList<ClientStream> touched = new ArrayList<>();
    private final Head discarded = Head.empty();
    private boolean ready;
    private boolean leaving;
    private boolean foreign;
    private boolean encrypted;
    private int nextId = 1;
    private int connectMillis;
    private final long since;

    ClientSession(Upstream upstream, Multiplex.Sessions home, Loop loop, int connectMillis) {
        super(loop, SILENCE, ANSWER);
        this.upstream = upstream;
        this.home = home;
        this.connectMillis = connectMillis;
        this.since = loop.now();
        this.timer = new PhaseTimer<>(loop, Phase.GREETING, this::expired);
    }

    Upstream upstream() {
        return upstream;
    }

    boolean isEncrypted() {
        return encrypted;
    }

    // ---- for the pool

    /** Whether one more exchange may be sent over it, now or when it stands. */
    boolean hasRoom(long now, Pooling bounds) {
        long age = bounds.age().toNanos();
        int most = bounds.requests() == 0 ? Integer.MAX_VALUE : bounds.requests();
        int had = nextId / 2;
        if (had >= most || (age > 0 && now - since > age)) {
            leave();
        }
        return !leaving
                && !hasEnded()
                && had + waiting.size() < most
                && streams.count() + waiting.size() < Math.min(STREAMS_MAX, peer().streamsMax());
    }

    void serve(Exchange exchange, Terms terms) {
        if (ready && !carries(exchange)) {
            home.serveAlone(exchange, terms);
            return;
        }
        if (ready) {
            open(exchange, terms);
        } else {
            waiting.add(new Applicant(this, exchange, terms));
        }
    }

    /** A WebSocket needs a server that knows of WebSockets over HTTP/2. */
    private boolean carries(Exchange exchange) {
        return peer().connects() || !WebSockets.asks(exchange.request());
    }

    private void open(Exchange exchange, Terms terms) {
        ClientStream stream = spare.isEmpty() ? new ClientStream(this) : spare.pop();
        int id = nextId;
        nextId += 2;
        stream.open(id, sending().initialWindow());
        streams.put(stream);
        keepAlive.watch();
        if (!timer.is(Phase.DOUBT)) {
            timer.disarm();
        }
        leaving |= id >= ID_MAX;
        stream.send(exchange, terms);
    }

    /** Takes no more exchanges, and closes when those at work have ended. */
    void leave() {
        leaving = true;
        if (ready && streams.isEmpty()) {
            var unused = broken(ErrorCode.NO_ERROR);
        }
    }

    /** No connection came about. */
    @Override
    public void connectFailed(Throwable cause) {
        endQuietly();
        timer.remove();
        boolean other = TlsFailure.isOfProtocol(cause);
        failWaiting(
                terms ->
                        other
                                ? StreamFailures.notSpoken(upstream, terms)
                                : Failures.refused(upstream, terms, cause));
        home.gone(this);
    }

    /** The endpoint chose HTTP/1.1, and the connection is used in that way. */
    @Override
    public void gaveWay() {
        endQuietly();
        timer.remove();
        home.gaveWay(this);
        Applicant one;
        while ((one = waiting.poll()) != null) {
            Exchange x = one.take();
            if (x != null) {
                upstream.serve(x, one.terms());
            }
        }
    }

    /** The endpoint chose something else, and nothing else will do. */
    @Override
    public void notSpoken() {
        foreign = true;
        close();
    }

    /** What waited for the connection cannot have it. */
    private void failWaiting(Function<Terms, Failure> why) {
        Applicant one;
        while ((one = waiting.poll()) != null) {
            Exchange x = one.take();
            if (x != null) {
                x.fail(why.apply(one.terms()));
            }
        }
    }

    /** What waited has gone. */
    void withdrawn(Applicant one) {
        waiting.remove(one);
        home.roomCame();
    }

    // ---- the beginning

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        super.handlerAdded(context);
        if (context.channel().isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin();
    }

    private void begin() {
        encrypted = context().pipeline().get(SslHandler.class) != null;
        frames().preface(Preface.bytes());
        greet(PeerSettings.ENABLE_PUSH, 0, PeerSettings.MAX_HEADER_LIST_SIZE, HEAD_MAX);
        timer.arm(Phase.GREETING, connectMillis * 1_000_000L);
        flushSoon();
    }

    /** The endpoint has said what it grants: now requests can be sent that it will not refuse. */
    @Override
    void settingsTaken() {
        if (ready) {
            return;
        }
        ready = true;
        timer.disarm();
        int room = Math.min(STREAMS_MAX, peer().streamsMax());
        var first = new ArrayDeque<>(waiting);
        waiting.clear();
        for (Applicant one : first) {
            Exchange x = one.take();
            if (x == null) {
                continue;
            }
            if (!carries(x)) {
                home.serveAlone(x, one.terms());
            } else if (streams.count() < room && !leaving) {
                open(x, one.terms());
            } else {
                home.serve(x, one.terms());
            }
        }
        if (streams.isEmpty()) {
            emptied();
        } else {
            home.roomCame();
        }
    }

    // ---- answers

    @Override
    int headBytesMax() {
        return HEAD_MAX;
    }

    @Override
    boolean isIdle(int id) {
        return (id & 1) == 0 || id >= nextId;
    }

    @Override
    boolean block(int id, boolean last) {
        if (isIdle(id)) {
            return broken(ErrorCode.PROTOCOL_ERROR);
        }
        ClientStream stream = streams.get(id) instanceof ClientStream open ? open : null;
        Head into = stream == null ? null : stream.headFor();
        boolean trailers = stream != null && stream.headDone();
        if (into == null) {
            discarded.forget();
        }
        HpackDecoder.Result result =
                decode(
                        into == null ? discarded : into,
                        trailers ? HeadFiller.Kind.ANSWER_TRAILERS : HeadFiller.Kind.ANSWER);
        if (result == HpackDecoder.Result.BROKEN) {
            return broken(ErrorCode.COMPRESSION_ERROR);
        }
        if (stream == null || into == null) {
            return true;
        }
        if (stream.remoteDone) {
            return streamBroken(stream, ErrorCode.STREAM_CLOSED);
        }
        if (result == HpackDecoder.Result.TOO_LARGE) {
            stream.broken("its head is longer than 64 KiB");
        } else if (filler.end(last) != Verdict.GOOD) {
            stream.broken(filler.problem());
        } else if (trailers && !last) {
            stream.broken("something follows its trailers");
        } else {
            stream.head(last);
        }
        return true;
    }

    void touched(ClientStream stream) {
        touched.add(stream);
    }

    void putBack(ClientStream stream) {
        if (spare.size() < SPARE_MAX) {
            spare.push(stream);
        }
        home.roomCame();
    }

    @Override
    void turnEnds(boolean midway) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).turnEnds();
        }
        touched.clear();
    }

    // ---- the end

    @Override
    void emptied() {
        if (leaving) {
            var unused = broken(ErrorCode.NO_ERROR);
        } else if (ready && !timer.is(Phase.DOUBT)) {
            timer.arm(Phase.IDLE, home.idleNanos());
        }
    }

    /** An answer did not come in time: asks whether anybody is there at all. */
    void doubt() {
        if (!hasEnded() && !timer.is(Phase.DOUBT)) {
            frames().ping(false, 1);
            timer.arm(Phase.DOUBT, DOUBT_NANOS);
            flushSoon();
        }
    }

    @Override
    void pingAnswered() {
        if (timer.is(Phase.DOUBT)) {
            timer.disarm();
            if (streams.isEmpty()) {
                emptied();
            }
        }
    }

    private void expired(Phase phase) {
        switch (phase) {
            case IDLE -> {
                if (streams.isEmpty()) {
                    var unused = broken(ErrorCode.NO_ERROR);
                }
            }
            case GREETING, DOUBT -> close();
        }
    }

    /** The endpoint takes no more; what it has not looked at may be sent to another. */
    @Override
    void goneAway(int lastStream, int code) {
        leaving = true;
        for (Stream stream : streams.all()) {
            if (stream.id > lastStream && stream instanceof ClientStream client) {
                client.notServed();
            }
        }
        if (streams.isEmpty() && !hasEnded()) {
            var unused = broken(ErrorCode.NO_ERROR);
        }
    }

    @Override
    void isForeign() {
        foreign = true;
    }

    @Override
    void goAway(int code) {
        frames().goAway(0, code);
    }

    @Override
    void closeAfterLast(int code) {
        timer.disarm();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    void silent() {
        close();
    }

    private void close() {
        var unused = context().close();
    }

    @Override
    void gone() {
        timer.remove();
        failWaiting(
                terms ->
                        foreign
                                ? StreamFailures.notSpoken(upstream, terms)
                                : Failures.closed(upstream, terms));
        home.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close();
    }
}
