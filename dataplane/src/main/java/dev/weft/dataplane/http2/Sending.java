package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Outgoing;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.http2.frame.FrameWriter;
import dev.weft.dataplane.service.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * Who may send data on a connection, and how much: the peer's credit for the connection and for
 * each stream, and a list in which the streams that wait take turns, a frame each. Its event loop.
 */
final class Sending {
    static final int WINDOW_AT_FIRST = 65_535;

    private final FrameWriter frames;
    private final Outgoing out;
    private final Calm calm;
    private int window = WINDOW_AT_FIRST;
    private int initialWindow = WINDOW_AT_FIRST;
    private int frameMax = FrameType.PAYLOAD_MAX;
    private @Nullable Stream first;
    private @Nullable Stream last;

    Sending(FrameWriter frames, Outgoing out, Calm calm) {
        this.frames = frames;
        this.out = out;
        this.calm = calm;
    }

    int initialWindow() {
        return initialWindow;
    }

    int frameMax() {
        return frameMax;
    }

    void frameMax(int bytes) {
        frameMax = Math.min(bytes, 64 * 1024);
    }

    /** The peer grants streams another window; false when one overflows. */
    boolean initialWindow(int bytes, Streams streams) {
        int more = bytes - initialWindow;
        initialWindow = bytes;
        for (Stream stream : streams.all()) {
            if (!grant(stream, more)) {
                return false;
            }
        }
        return true;
    }

    /** More credit for the connection; false when it overflows. */
    boolean grant(int bytes) {
        if (window > Integer.MAX_VALUE - bytes) {
            return false;
        }
        window += bytes;
        return true;
    }

    /** More credit for a stream, or less; false when it overflows. */
    boolean grant(Stream stream, int bytes) {
        if (bytes > 0 && stream.sendWindow > Integer.MAX_VALUE - bytes) {
            return false;
        }
        stream.sendWindow += bytes;
        if (stream.sendWindow > 0 && stream.waits()) {
            list(stream);
        }
        return true;
    }

    /** Sends what credit allows and has the stream keep the rest; returns whether more may come. */
    boolean send(Stream stream, Chunk chunk) {
        int length = chunk.length();
        int done = 0;
        if (!stream.waits()) {
            while (done < length) {
                int some = allowed(stream, length - done);
                if (some <= 0) {
                    break;
                }
                write(stream, chunk, done, some);
                done += some;
            }
        }
        if (done < length) {
            stream.keep(chunk, done);
            if (stream.sendWindow > 0) {
                list(stream);
            }
            return false;
        }
        if (!out.writable()) {
            list(stream);
            return false;
        }
        return true;
    }

    private int allowed(Stream stream, int length) {
        return Math.min(Math.min(length, frameMax), Math.min(window, stream.sendWindow));
    }

    private void write(Stream stream, Chunk chunk, int from, int length) {
        frames.data(stream.id, chunk, from, length);
        window -= length;
        stream.sendWindow -= length;
        calm.moved();
    }

    private void list(Stream stream) {
        if (stream.listed) {
            return;
        }
        stream.listed = true;
        stream.next = null;
        Stream before = last;
        if (before == null) {
            first = stream;
        } else {
            before.next = stream;
        }
        last = stream;
    }

    private void unlistFirst(Stream stream) {
        first = stream.next;
        if (first == null) {
            last = null;
        }
        stream.next = null;
        stream.listed = false;
    }

    /** Takes a stream that has ended off the list. */
    void forget(Stream stream) {
        if (!stream.listed) {
            return;
        }
        Stream before = null;
        for (Stream one = first; one != null; one = one.next) {
            if (one == stream) {
                if (before == null) {
                    unlistFirst(stream);
                } else {
                    before.next = stream.next;
                    last = last == stream ? before : last;
                    stream.next = null;
                    stream.listed = false;
                }
                return;
            }
            before = one;
        }
    }

    /** Lets streams that wait send, in turns; returns whether any did or was told to. */
    boolean pump() {
        boolean did = false;
        Stream stream;
        while ((stream = first) != null && out.writable()) {
            if (stream.waits() && window <= 0) {
                return did;
            }
            unlistFirst(stream);
            Chunk head = stream.kept();
            if (head != null) {
                int some = allowed(stream, head.length() - stream.keptFrom());
                if (some <= 0) {
                    continue;
                }
                write(stream, head, stream.keptFrom(), some);
                stream.sent(some);
            }
            did = true;
            if (!stream.waits()) {
                stream.drained();
            } else if (stream.sendWindow > 0) {
                list(stream);
            }
        }
        return did;
    }
}
