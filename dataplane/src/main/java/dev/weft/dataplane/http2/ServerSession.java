package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Caller;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.HeadFiller;
import dev.weft.dataplane.http.HeadFiller.Verdict;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.http.ServerExchange;
import dev.weft.dataplane.http.WebSockets;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.hpack.HpackDecoder;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.PhaseTimer;
import dev.weft.dataplane.loop.Pressure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of an HTTP/2 connection: takes requests and hands each to the listener's
 * service. Its event loop, but for {@link #drain} and {@link #abort}.
 */
final class ServerSession extends Session implements Listening.Connection, Pressure.Waiting {
    /** Requests at work at once on one connection. */
    static final int STREAMS_MAX = 128;

    /** How many streams wait to be used again. */
    private static final int SPARE_MAX = 8;

    /** How long after the first good-bye the last one is said at the latest. */
    private static final long FAREWELL_NANOS = 1_000_000_000L;

    private static final byte[] PREFACE = Preface.bytes();

    /** What is waited for. */
    private enum Phase {
        IDLE,
        FRAME,
        LINGER
    }

    /** How far the connection's end has come. */
    private enum Farewell {
        NONE,
        ANNOUNCED,
        SAID
    }

    private final Listening listening;
    private final PhaseTimer<Phase> timer;
    private final PhaseTimer<Farewell> farewell;
    private final Caller caller = new Caller(true);
    private final ArrayDeque<ServerStream> spare = new ArrayDeque<>();
    private @Nullable Head discarded;
    private final ArrayList<ServerStream> touched = new ArrayList<>();
    private boolean begun;
    private int prefaceSeen;
    private int lastStream;
    private Farewell said = Farewell.NONE;
    private final Lingering lingering = new Lingering();
    private long lingersUntil = Long.MIN_VALUE;

    ServerSession(Listening listening, Loop loop) {
        super(loop, listening.limits().stall(), listening.limits().head());
        this.listening = listening;
        this.timer = new PhaseTimer<>(loop, Phase.IDLE, this::expired);
        this.farewell = new PhaseTimer<>(loop, Farewell.NONE, this::farewellDue);
    }

    Listening listening() {
        return listening;
    }

    Caller caller() {
        return caller;
    }

    // ---- the beginning

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        super.handlerAdded(context);
        if (context.channel().isActive()) {
            begin();
        }
    }

    /** The connection stands: what this end grants is said before the caller has said a word. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        listening.opened(this);
        greet(
                PeerSettings.MAX_CONCURRENT_STREAMS,
                STREAMS_MAX,
                PeerSettings.MAX_HEADER_LIST_SIZE,
                headBytesMax(),
                PeerSettings.ENABLE_CONNECT_PROTOCOL,
                1);
        timer.arm(Phase.FRAME, listening.limits().head().toNanos());
        flushSoon();
        if (listening.draining()) {
            drainHere();
        } else if (listening.endOf(0) < Long.MAX_VALUE / 2) {
            farewell.arm(Farewell.ANNOUNCED, listening.endOf(0));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        while (prefaceSeen < PREFACE.length && buf.isReadable() && !hasEnded()) {
            if (buf.readByte() != PREFACE[prefaceSeen++]) {
                var unused = broken(ErrorCode.PROTOCOL_ERROR);
            }
        }
        super.channelRead(context, buf);
    }

    // ---- requests

    @Override
    int headBytesMax() {
        return listening.limits().headBytesMax();
    }

    @Override
    boolean isIdle(int id) {
        return (id & 1) == 0 || id > lastStream;
    }

    @Override
    boolean block(int id, boolean last) {
        if (streams.get(id) instanceof ServerStream open) {
            return trailers(open, last);
        }
        if ((id & 1) == 0) {
            return broken(ErrorCode.PROTOCOL_ERROR);
        }
        if (id <= lastStream) {
            return decode(discarded(), HeadFiller.Kind.REQUEST) == HpackDecoder.Result.BROKEN
                    ? broken(ErrorCode.COMPRESSION_ERROR)
                    : streams.isReset(id) || broken(ErrorCode.STREAM_CLOSED);
        }
        lastStream = id;
        return request(id, last);
    }

    private boolean request(int id, boolean last) {
        boolean refused = said == Farewell.SAID || streams.count() >= STREAMS_MAX;
        ServerExchange x = refused ? null : ServerExchange.on(loop);
        Head head = x == null ? discarded() : x.request();
        HpackDecoder.Result result = decode(head, HeadFiller.Kind.REQUEST);
        if (result == HpackDecoder.Result.BROKEN) {
            giveUp(x);
            return broken(ErrorCode.COMPRESSION_ERROR);
        }
        if (x == null) {
            // what came after the last good-bye is known to the caller as not served
            return said == Farewell.SAID || refuseStream(id, ErrorCode.REFUSED_STREAM);
        }
        boolean tooLarge = result == HpackDecoder.Result.TOO_LARGE;
        Verdict verdict = tooLarge ? Verdict.REFUSED : filler.end(last);
        if (verdict == Verdict.MALFORMED || block.dependsOnItself()) {
            giveUp(x);
            return refuseStream(id, ErrorCode.PROTOCOL_ERROR);
        }
        if (filler.switches() && verdict == Verdict.GOOD) {
            WebSockets.addKey(head, loop.now() + id);
        }
        timer.disarm();
        ServerStream stream = spare.isEmpty() ? new ServerStream(this) : spare.pop();
        stream.open(id, sending().initialWindow());
        stream.remoteDone = last;
        streams.put(stream);
        keepAlive.watch();
        stream.serve(x, tooLarge, verdict == Verdict.REFUSED);
        return true;
    }

    private static void giveUp(@Nullable ServerExchange x) {
        if (x != null) {
            x.unused();
        }
    }

    private Head discarded() {
        Head head = discarded;
        if (head == null) {
            head = Head.empty();
            discarded = head;
        }
        head.forget();
        return head;
    }

    private boolean trailers(ServerStream stream, boolean last) {
        if (stream.remoteDone) {
            return decode(discarded(), HeadFiller.Kind.REQUEST_TRAILERS)
                            == HpackDecoder.Result.BROKEN
                    ? broken(ErrorCode.COMPRESSION_ERROR)
                    : streamBroken(stream, ErrorCode.STREAM_CLOSED);
        }
        Head into = stream.requestTrailers();
        HpackDecoder.Result result =
                decode(into == null ? discarded() : into, HeadFiller.Kind.REQUEST_TRAILERS);
        if (result == HpackDecoder.Result.BROKEN) {
            return broken(ErrorCode.COMPRESSION_ERROR);
        }
        if (!last
                || stream.tunnels
                || result == HpackDecoder.Result.TOO_LARGE
                || filler.end(true) != Verdict.GOOD) {
            return streamBroken(stream, ErrorCode.PROTOCOL_ERROR);
        }
        stream.remoteDone = true;
        stream.remoteEnd();
        return true;
    }

    /** Takes back a stream whose exchange is over. */
    void putBack(ServerStream stream) {
        if (spare.size() < SPARE_MAX) {
            spare.push(stream);
        }
    }

    /** A stream's request has moved in this turn. */
    void touched(ServerStream stream) {
        if (touched.isEmpty() || touched.getLast() != stream) {
            touched.add(stream);
        }
    }

    // ---- credit

    @Override
    boolean grants() {
        boolean grants = !loop.pressure().stopsReading();
        if (!grants) {
            loop.pressure().await(this);
        }
        return grants;
    }

    @Override
    boolean mayWait() {
        return !loop.pressure().sheds();
    }

    @Override
    public void roomCame() {
        if (!hasEnded()) {
            grantAll();
        }
    }

    // ---- time

    @Override
    void turnEnds(boolean midway) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).turnEnds();
        }
        touched.clear();
        if (midway || prefaceSeen < PREFACE.length) {
            if (!timer.is(Phase.FRAME)) {
                timer.arm(Phase.FRAME, listening.limits().head().toNanos());
            }
        } else if (streams.isEmpty()) {
            if (!timer.is(Phase.IDLE)) {
                timer.arm(Phase.IDLE, listening.limits().idle().toNanos());
            }
        } else {
            timer.disarm();
        }
    }

    @Override
    void emptied() {
        if (said == Farewell.SAID) {
            var unused = broken(ErrorCode.NO_ERROR);
        } else {
            timer.arm(Phase.IDLE, listening.limits().idle().toNanos());
        }
    }

    private void expired(Phase phase) {
        switch (phase) {
            case IDLE -> {
                if (streams.isEmpty()) {
                    var unused = broken(ErrorCode.NO_ERROR);
                }
            }
            case FRAME -> {
                var unused = broken(ErrorCode.ENHANCE_YOUR_CALM);
            }
            case LINGER -> close();
        }
    }

    // ---- the end

    /** Any thread. */
    @Override
    public void drain() {
        context().executor().execute(this::drainHere);
    }

    /** Says good-bye twice: what the caller sent before it heard the first is still served. */
    private void drainHere() {
        if (hasEnded() || said != Farewell.NONE) {
            return;
        }
        said = Farewell.ANNOUNCED;
        frames().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
        frames().ping(false, 0);
        farewell.arm(Farewell.SAID, FAREWELL_NANOS);
        flushSoon();
    }

    @Override
    void pingAnswered() {
        farewellDue(Farewell.SAID);
    }

    private void farewellDue(Farewell next) {
        if (next == Farewell.ANNOUNCED) {
            drainHere();
            return;
        }
        if (hasEnded() || said != Farewell.ANNOUNCED) {
            return;
        }
        said = next;
        farewell.disarm();
        if (streams.isEmpty()) {
            var unused = broken(ErrorCode.NO_ERROR);
        } else {
            frames().goAway(lastStream, ErrorCode.NO_ERROR);
            flushSoon();
        }
    }

    /** Closes whatever is at work. Any thread. */
    @Override
    public void abort() {
        context().executor().execute(this::cut);
    }

    @Override
    void silent() {
        cut();
    }

    private void cut() {
        if (!context().channel().isOpen()) {
            return;
        }
        endQuietly();
        if (context().channel().config() instanceof SocketChannelConfig config) {
            config.setSoLinger(0);
        }
        // past the TLS handler, which would say good-bye in good order
        context().channel().unsafe().close(context().voidPromise());
    }

    @Override
    void goneAway(int last, int code) {
        // the caller opens no more streams; those at work go on
    }

    @Override
    void goAway(int code) {
        frames().goAway(lastStream, code);
    }

    @Override
    void closeAfterLast(int code) {
        farewell.remove();
        if (said == Farewell.NONE && code == ErrorCode.NO_ERROR) {
            // nothing was under way for a while
            timer.disarm();
            var unused =
                    context()
                            .writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        // closing at once would reset the connection as soon as the caller says a word more, and
        // what it has not read by then would be lost: the end of an answer, or the good-bye
        if (code == ErrorCode.NO_ERROR) {
            linger();
            return;
        }
        timer.arm(Phase.LINGER, Lingering.NANOS);
        if (!caller.peer(context()).encrypted()) {
            var unused = ((DuplexChannel) context().channel()).shutdownOutput();
        }
    }

    /** Waits for the caller to take the last answers, and to close. */
    private void linger() {
        long patience = listening.limits().stall().toNanos();
        timer.arm(Phase.LINGER, patience);
        context()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                lingersUntil = loop.tick() + patience;
                                timer.arm(Phase.LINGER, Lingering.NANOS);
                            }
                        });
        lingering.begin(context());
    }

    @Override
    void overheard(int count) {
        if (lingering.tooMuch(count)) {
            close();
        } else if (loop.tick() < lingersUntil) {
            // it is still reading
            timer.arm(Phase.LINGER, Lingering.NANOS);
        }
    }

    private void close() {
        var unused = context().close();
    }

    @Override
    void gone() {
        timer.remove();
        farewell.remove();
        loop.pressure().leave(this);
        listening.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // the connection broke: what is at work learns of it when the channel becomes inactive
        close();
    }
}
