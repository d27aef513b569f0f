package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.Token;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the head of an HTTP/1 message into a {@link Head}, in one pass, and refuses whatever two
 * readers could read differently. Pure but for the head it fills; its event loop.
 */
final class HeadParser {
    /** How far a head has come. */
    enum Progress {
        MORE,
        COMPLETE,
        BAD
    }

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int COPY_STEP = 1024;
    private static final int METHOD_MAX = 32;
    private static final int FIELDS_MAX = 256;

    /** Up to here a line that comes in pieces is read anew with each piece. */
    private static final int RESCANNED_MAX = 256;

    private HeadParser() {}

    /**
     * Goes on reading from where the last call stopped. When it returns COMPLETE, {@code head.at}
     * is the first byte behind the head.
     */
    static Progress request(Head head, int max) {
        return parse(head, true, max);
    }

    static Progress answer(Head head, int max) {
        return parse(head, false, max);
    }

    /** Reads from a buffer until the head is complete, or refused, or nothing is left. */
    static Progress read(Head head, ByteBuf buf, int max, boolean request) {
        Progress progress = Progress.MORE;
        while (progress == Progress.MORE && buf.isReadable()) {
            int had = head.limit;
            int some = Math.min(Math.min(buf.readableBytes(), COPY_STEP), max - had);
            head.reserve(some);
            buf.getBytes(buf.readerIndex(), head.bytes, had, some);
            head.limit = had + some;
            progress = parse(head, request, max);
            boolean follows =
                    progress == Progress.COMPLETE
                            || (progress == Progress.BAD && RequestLine.isConnect(head));
            buf.skipBytes(follows ? head.at - had : some);
        }
        return progress;
    }

    private static Progress parse(Head head, boolean request, int max) {
        if (head.scanned - head.at > RESCANNED_MAX && !hasLineEnd(head)) {
            head.scanned = head.limit;
            return head.limit >= max ? tooLarge(head, request) : Progress.MORE;
        }
        Progress progress = Progress.COMPLETE;
        if (!head.startLineDone) {
            progress = request ? RequestLine.parse(head) : statusLine(head);
        }
        while (progress == Progress.COMPLETE) {
            int at = head.at;
            if (at >= head.limit) {
                progress = Progress.MORE;
            } else if (head.bytes[at] == '\r') {
                return lastLine(head, request, max);
            } else {
                progress = field(head, request);
            }
        }
        if (progress == Progress.MORE) {
            head.scanned = head.limit;
            if (head.limit >= max) {
                return tooLarge(head, request);
            }
        }
        return progress;
    }

    private static Progress lastLine(Head head, boolean request, int max) {
        if (head.at + 1 >= head.limit) {
            return Progress.MORE;
        }
        if (head.bytes[head.at + 1] != '\n') {
            return bad(head, "a carriage return stands alone");
        }
        head.at += 2;
        if (head.at > max) {
            return tooLarge(head, request);
        }
        // what follows belongs to the body: fields that are added later overwrite this copy of it
        head.limit = head.at;
        return request ? Framing.checkRequest(head) : Framing.checkAnswer(head);
    }

    private static Progress tooLarge(Head head, boolean request) {
        boolean inStartLine = !head.startLineDone && request;
        return refuse(
                head,
                inStartLine ? 414 : 431,
                inStartLine
                        ? "the request line is longer than this server takes"
                        : "the head is longer than this server takes");
    }

    /** Whether what came since the last look holds a line feed: without one no line is complete. */
    private static boolean hasLineEnd(Head head) {
        byte[] bytes = head.bytes;
        if (bytes[head.scanned - 1] == '\r') {
            return true;
        }
        for (int i = head.scanned; i < head.limit; i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    private static Progress statusLine(Head head) {
        byte[] b = head.bytes;
        int at = head.at;
        int need = "HTTP/1.1 200".length();
        if (head.limit - at < need + 2) {
            return head.limit - at > 0 && b[at] != 'H'
                    ? bad(head, "the answer does not begin with HTTP/")
                    : Progress.MORE;
        }
        int minor = version(b, at);
        if (minor < 0 || b[at + 8] != ' ') {
            return bad(head, "the answer does not begin with HTTP/1.1 or HTTP/1.0");
        }
        int status = 0;
        for (int i = at + 9; i < at + 12; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return bad(head, "the status is not three digits");
            }
            status = status * 10 + (b[i] - '0');
        }
        if (status < 100 || status > 599 || (b[at + 12] != ' ' && b[at + 12] != '\r')) {
            return bad(head, "the status is not between 100 and 599");
        }
        int end = lineEnd(b, at + 12, head.limit);
        if (end >= head.limit || (end == head.limit - 1 && b[end] == '\r')) {
            return Progress.MORE;
        }
        if (b[end] != '\r' || b[end + 1] != '\n') {
            return bad(head, "the status line has a control character");
        }
        b[at + 7] = '1';
        head.version = 10 + minor;
        head.status = status;
        return startLineDone(head, end + 2);
    }

    static Progress startLineDone(Head head, int end) {
        head.startLine = head.at;
        head.startLineEnd = end;
        head.startLineDone = true;
        head.at = end;
        return Progress.COMPLETE;
    }

    /** 0 or 1 for HTTP/1.0 and HTTP/1.1, -1 for another HTTP, -2 for none. */
    static int version(byte[] b, int at) {
        if (b[at] != 'H'
                || b[at + 1] != 'T'
                || b[at + 2] != 'T'
                || b[at + 3] != 'P'
                || b[at + 4] != '/'
                || b[at + 6] != '.') {
            return -2;
        }
        int minor = b[at + 7] - '0';
        return b[at + 5] == '1' && (minor == 0 || minor == 1) ? minor : -1;
    }

    private static Progress field(Head head, boolean request) {
        byte[] b = head.bytes;
        int limit = head.limit;
        int start = head.at;
        int i = start;
        while (i < limit && Token.takes(b[i])) {
            i++;
        }
        if (i >= limit) {
            return Progress.MORE;
        }
        if (b[i] != ':' || i == start) {
            return badName(head, b[i], i == start);
        }
        int nameEnd = i++;
        while (i < limit && (b[i] == ' ' || b[i] == '\t')) {
            i++;
        }
        int valueStart = i;
        int end = lineEnd(b, i, limit);
        if (end >= limit || (end == limit - 1 && b[end] == '\r')) {
            return Progress.MORE;
        }
        if (b[end] != '\r' || b[end + 1] != '\n') {
            return bad(head, "a header value has a control character, or a line end stands alone");
        }
        int valueEnd = end;
        while (valueEnd > valueStart && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
            valueEnd--;
        }
        if (head.count == FIELDS_MAX) {
            return refuse(head, request ? 431 : 400, "the head has more than 256 fields");
        }
        head.addSpan(start, nameEnd, valueStart, valueEnd, end + 2);
        head.at = end + 2;
        byte id = FieldName.of(b, start, nameEnd);
        head.kind(id);
        return id != FieldName.OTHER && id <= FieldName.EXPECT
                ? Framing.note(head, id, valueStart, valueEnd, request)
                : Progress.COMPLETE;
    }

    private static Progress badName(Head head, byte found, boolean first) {
        if (first && (found == ' ' || found == '\t')) {
            return bad(head, "a header line is folded");
        }
        if (found == ' ' || found == '\t') {
            return bad(head, "there is white space before the colon of a header");
        }
        return bad(head, "a header name has a character that no name may have");
    }

    /** The first byte from an index on that no value may have (a tab may); the limit if none. */
    static int lineEnd(byte[] b, int from, int limit) {
        int i = from;
        while (true) {
            while (i + 8 <= limit) {
                long word = (long) LONGS.get(b, i);
                long control = (word - ONES * 0x20) & ~word & HIGHS;
                long delete = word ^ (ONES * 0x7f);
                long found = control | ((delete - ONES) & ~delete & HIGHS);
                if (found != 0) {
                    i += Long.numberOfTrailingZeros(found) >>> 3;
                    break;
                }
                i += 8;
            }
            while (i < limit && (b[i] >= ' ' || b[i] < 0) && b[i] != 0x7f) {
                i++;
            }
            if (i < limit && b[i] == '\t') {
                i++;
            } else {
                return i;
            }
        }
    }

    static int methodMax() {
        return METHOD_MAX;
    }

    static Progress bad(Head head, String sentence) {
        return refuse(head, 400, sentence);
    }

    static Progress refuse(Head head, int status, String sentence) {
        head.problemStatus = status;
        head.problem = sentence;
        return Progress.BAD;
    }
}
