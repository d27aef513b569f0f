package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.HeadFiller;
import dev.weft.dataplane.http.Outgoing;
import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameReader;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.http2.frame.FrameWriter;
import dev.weft.dataplane.http2.hpack.HpackDecoder;
import dev.weft.dataplane.http2.hpack.HpackEncoder;
import dev.weft.dataplane.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;

/**
 * One HTTP/2 connection, whichever end this is: reads frames, keeps the rules of streams and
 * credit, and gathers what all streams write in one turn. What breaks a rule ends the stream or the
 * connection as the standard says; what is allowed but only costs is borne within bounds. Its event
 * loop.
 */
abstract sealed class Session extends ChannelInboundHandlerAdapter implements FrameReader.Sink
        permits ServerSession, ClientSession {
    /** How much a peer may leave untaken and still be heard. */
    private static final int PENDING_MAX = 256 * 1024;

    final Loop loop;
    final Streams streams = new Streams();
    final HeaderBlock block;
    final HpackDecoder decoder = new HpackDecoder();
    final HpackEncoder encoder = new HpackEncoder();
    final HeadFiller filler = new HeadFiller();
    final HpackDecoder.Fields fields = filler::field;
    final Bytes bytes = new Bytes();
    final Calm calm;
    final KeepAlive keepAlive;
    private final FrameReader reader = new FrameReader(this);
    private final Receiving receiving = new Receiving(this);
    private final Runnable flushTask = this::flushNow;
    private ChannelHandlerContext ctx;
    private Outgoing out;
    private FrameWriter frames;
    private Sending sending;
    private PeerSettings settings;
    private boolean settingsSeen;
    private boolean reading;
    private boolean flushScheduled;
    private boolean ended;

    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    Session(Loop loop, Duration silence, Duration answer) {
        this.loop = loop;
        this.block = new HeaderBlock(loop.ledger());
        this.calm = new Calm(loop.now());
        this.keepAlive = new KeepAlive(this, silence.toNanos(), answer.toNanos());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new Outgoing(context, loop, this::taken);
        frames = new FrameWriter(out);
        sending = new Sending(frames, out, calm);
        settings = new PeerSettings(sending, encoder, streams);
    }

    /** Sends what this end grants: the first frames of either end. */
    final void greet(int... grants) {
        frames.settings(grants);
        receiving.greet();
    }

    final ChannelHandlerContext context() {
        return ctx;
    }

    final FrameWriter frames() {
        return frames;
    }

    final Sending sending() {
        return sending;
    }

    final PeerSettings peer() {
        return settings;
    }

    final boolean isReading() {
        return reading;
    }

    /** Whether nothing is read or written any more, but perhaps what is on its way out. */
    final boolean hasEnded() {
        return ended;
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        loop.tick();
        try {
            read(buf);
        } finally {
            buf.release();
        }
    }

    final void read(ByteBuf buf) {
        if (ended) {
            overheard(buf.readableBytes());
            return;
        }
        reading = true;
        keepAlive.heard();
        try {
            var unused = reader.read(buf, ctx.alloc());
        } finally {
            bytes.forget();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        if (!ended) {
            turnEnds(reader.midway() || block.open());
        }
        flushNow();
    }

    @Override
    public final boolean frame(int type, int flags, int stream, int length) {
        boolean greets = type == FrameType.SETTINGS && (flags & FrameType.ACK) == 0;
        if (!settingsSeen && !greets) {
            isForeign();
            return broken(ErrorCode.PROTOCOL_ERROR);
        }
        if (length > FrameType.PAYLOAD_MAX) {
            return broken(ErrorCode.FRAME_SIZE_ERROR);
        }
        boolean continues = type == FrameType.CONTINUATION && stream == block.stream();
        if (block.open() ? !continues : type == FrameType.CONTINUATION) {
            return broken(ErrorCode.PROTOCOL_ERROR);
        }
        int problem = FrameRules.problem(type, flags, stream, length);
        if (problem != ErrorCode.NO_ERROR) {
            return broken(problem);
        }
        if (type == FrameType.DATA) {
            return receiving.begins(stream, length, (flags & FrameType.END_STREAM) != 0);
        }
        boolean carries =
                type == FrameType.HEADERS || (type == FrameType.CONTINUATION && length > 0);
        return carries || calm.control(loop.now()) || broken(ErrorCode.ENHANCE_YOUR_CALM);
    }

    // ---- data

    @Override
    public final boolean data(int id, ByteBuf buf, int from, int length) {
        receiving.data(buf, from, length);
        return !ended;
    }

    @Override
    public final boolean badPadding() {
        return broken(ErrorCode.PROTOCOL_ERROR);
    }

    @Override
    public final boolean dataEnd(int id, boolean last) {
        receiving.ends(last);
        return !ended;
    }

    // ---- other frames

    @Override
    public final boolean payload(
            int type, int flags, int stream, ByteBuf buf, int from, int length) {
        return switch (type) {
            case FrameType.HEADERS -> headers(flags, stream, buf, from, length);
            case FrameType.CONTINUATION -> continuation(flags, buf, from, length);
            case FrameType.PRIORITY -> priority(stream, buf, from, length);
            case FrameType.RST_STREAM -> resetByPeer(stream, buf.getInt(from));
            case FrameType.SETTINGS -> settings(flags, buf, from, length);
            case FrameType.PING -> ping(flags, buf.getLong(from));
            case FrameType.GOAWAY -> {
                goneAway(buf.getInt(from) & Integer.MAX_VALUE, buf.getInt(from + 4));
                yield !ended;
            }
            case FrameType.WINDOW_UPDATE ->
                    windowUpdate(stream, buf.getInt(from) & Integer.MAX_VALUE);
            default -> true;
        };
    }

    private boolean headers(int flags, int id, ByteBuf buf, int from, int length) {
        if (!block.begin(flags, id, buf, from, length)) {
            return broken(ErrorCode.PROTOCOL_ERROR);
        }
        return (flags & FrameType.END_HEADERS) == 0 ? blockWaits() : blockComplete();
    }

    private boolean continuation(int flags, ByteBuf buf, int from, int length) {
        if (block.length() + length > headBytesMax()) {
            return broken(ErrorCode.ENHANCE_YOUR_CALM);
        }
        block.append(buf, from, length);
        if ((flags & FrameType.END_HEADERS) == 0) {
            return blockWaits();
        }
        block.waited();
        return blockComplete();
    }

    private boolean blockWaits() {
        block.waits();
        return mayWait() || broken(ErrorCode.ENHANCE_YOUR_CALM);
    }

    private boolean blockComplete() {
        block.end();
        boolean goesOn = block(block.stream(), block.last()) && !ended;
        block.wasRead();
        return goesOn;
    }

    /** Reads the block into a head; the table is kept in step whatever comes of it. */
    final HpackDecoder.Result decode(Head head, HeadFiller.Kind kind) {
        filler.begin(head, kind);
        return decoder.decode(block.bytes(), 0, block.length(), head, headBytesMax(), fields);
    }

    private boolean priority(int id, ByteBuf buf, int from, int length) {
        Stream stream = streams.get(id);
        if (length != 5) {
            return stream == null
                    ? broken(ErrorCode.FRAME_SIZE_ERROR)
                    : streamBroken(stream, ErrorCode.FRAME_SIZE_ERROR);
        }
        if ((buf.getInt(from) & Integer.MAX_VALUE) == id) {
            return stream == null
                    ? broken(ErrorCode.PROTOCOL_ERROR)
                    : streamBroken(stream, ErrorCode.PROTOCOL_ERROR);
        }
        return true;
    }

    private boolean resetByPeer(int id, int code) {
        if (isIdle(id)) {
            return broken(ErrorCode.PROTOCOL_ERROR);
        }
        Stream stream = streams.get(id);
        if (stream == null) {
            return true;
        }
        end(stream);
        stream.wasReset(code);
        return calm.reset(loop.now()) || broken(ErrorCode.ENHANCE_YOUR_CALM);
    }

    private boolean settings(int flags, ByteBuf buf, int from, int length) {
        settingsSeen = true;
        if ((flags & FrameType.ACK) != 0) {
            return true;
        }
        int problem = settings.take(buf, from, length, this instanceof ClientSession);
        if (problem != ErrorCode.NO_ERROR) {
            return broken(problem);
        }
        frames.settingsTaken();
        settingsTaken();
        return true;
    }

    private boolean ping(int flags, long opaque) {
        if ((flags & FrameType.ACK) == 0) {
            frames.ping(true, opaque);
        } else if (opaque != KeepAlive.OPAQUE) {
            pingAnswered();
        }
        return true;
    }

    private boolean windowUpdate(int id, int more) {
        if (id == 0) {
            return more == 0
                    ? broken(ErrorCode.PROTOCOL_ERROR)
                    : sending.grant(more) || broken(ErrorCode.FLOW_CONTROL_ERROR);
        }
        Stream stream = streams.get(id);
        if (stream == null) {
            return !isIdle(id) || broken(ErrorCode.PROTOCOL_ERROR);
        }
        if (more == 0) {
            return streamBroken(stream, ErrorCode.PROTOCOL_ERROR);
        }
        return sending.grant(stream, more) || streamBroken(stream, ErrorCode.FLOW_CONTROL_ERROR);
    }

    // ---- what the ends do differently

    abstract int headBytesMax();

    /** A header block is whole; returns false when nothing more is to be read. */
    abstract boolean block(int id, boolean last);

    /** Whether a stream of this number has never been opened. */
    abstract boolean isIdle(int id);

    abstract void goneAway(int lastStream, int code);

    /** Whether there is memory for header blocks that come in pieces. */
    boolean mayWait() {
        return true;
    }

    /** Whether the peer may be given credit now; who may not is given it later. */
    boolean grants() {
        return true;
    }

    /** Gives the credit that was held back. */
    final void grantAll() {
        receiving.grant();
        for (Stream stream : streams.all()) {
            stream.took(0);
        }
        flushSoon();
    }

    void settingsTaken() {}

    /** The peer does not even answer a ping. */
    abstract void silent();

    /** The peer's first bytes are none of HTTP/2's. */
    void isForeign() {}

    void pingAnswered() {}

    /** What came in this turn has been read. */
    abstract void turnEnds(boolean midway);

    /** The last stream has ended. */
    abstract void emptied();

    /** Bytes came after the end. */
    void overheard(int count) {}

    // ---- writing

    /** Has what was written go out when this turn is over. */
    final void flushSoon() {
        if (!reading && !flushScheduled && !ctx.isRemoved()) {
            flushScheduled = true;
            ctx.channel().eventLoop().execute(flushTask);
        }
    }

    final void flushNow() {
        flushScheduled = false;
        if (reading || !ctx.channel().isOpen()) {
            return;
        }
        frames.flush();
        while (!ended && sending.pump()) {
            frames.flush();
        }
        // Who goes on asking and takes no answers is not heard until it does.
        boolean heard = out.pending() <= PENDING_MAX;
        if (ctx.channel().config().isAutoRead() != heard) {
            ctx.channel().config().setAutoRead(heard);
        }
    }

    /** The peer has taken what it did not take at once. */
    private void taken() {
        loop.tick();
        flushNow();
    }

    // ---- ends

    /** Ends a stream that broke a rule; returns false when that happens too often. */
    final boolean streamBroken(Stream stream, int code) {
        end(stream);
        frames.reset(stream.id, code);
        streams.wasReset(stream.id);
        stream.wasReset(code);
        return calm.reset(loop.now()) || broken(ErrorCode.ENHANCE_YOUR_CALM);
    }

    /** The same for a stream that is not there any more. */
    final boolean closedStream(int id) {
        frames.reset(id, ErrorCode.STREAM_CLOSED);
        return calm.reset(loop.now()) || broken(ErrorCode.ENHANCE_YOUR_CALM);
    }

    /** Refuses a stream before it is one. */
    final boolean refuseStream(int id, int code) {
        frames.reset(id, code);
        streams.wasReset(id);
        return calm.reset(loop.now()) || broken(ErrorCode.ENHANCE_YOUR_CALM);
    }

    /** Ends a stream from this end. */
    final void reset(Stream stream, int code) {
        if (!ended) {
            frames.reset(stream.id, code);
            streams.wasReset(stream.id);
        }
        end(stream);
        flushSoon();
    }

    /** Takes a stream out of the connection: nothing more is sent or received on it. */
    final void end(Stream stream) {
        if (stream.dead) {
            return;
        }
        stream.dead = true;
        streams.remove(stream);
        sending.forget(stream);
        stream.dropWaiting();
        if (streams.isEmpty() && !ended) {
            emptied();
        }
    }

    /** The peer broke the rules of the connection, or its bounds. Returns false. */
    final boolean broken(int code) {
        if (!ended) {
            ended = true;
            goAway(code);
            frames.flush();
            over();
            closeAfterLast(code);
        }
        return false;
    }

    /** Says which streams are served and that no others will be. */
    abstract void goAway(int code);

    /** Closes when what was written is out. */
    abstract void closeAfterLast(int code);

    /** Nothing is to be read or written from now on. */
    final void endQuietly() {
        ended = true;
    }

    /** Every stream ends with the connection. */
    final void over() {
        for (Stream stream : streams.all()) {
            end(stream);
            stream.connectionLost();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        reader.drop();
        block.drop();
        loop.tick();
        over();
        out.drop();
        keepAlive.remove();
        gone();
    }

    /** The connection has closed. */
    abstract void gone();
}
