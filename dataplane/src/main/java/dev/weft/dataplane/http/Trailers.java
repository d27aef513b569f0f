package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.AnswerBody;
import dev.weft.dataplane.http.body.ChunkDecoder;
import dev.weft.dataplane.service.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields behind a body in chunks. What frames, routes, authenticates or describes the body must
 * stand before it: such fields are dropped here, since a reader who believed them would have acted
 * already. Their event loop.
 */
final class Trailers {
    private static final byte[] LAST_CHUNK = Head.ascii("0\r\n");
    private static final byte[] END = Head.ascii("0\r\n\r\n");
    private static final byte[] EMPTY_LINE = Head.ascii("\r\n");
    private static final Set<String> BEFORE_ONLY =
            Set.of(
                    "age",
                    "authorization",
                    "cache-control",
                    "content-encoding",
                    "content-range",
                    "cookie",
                    "expires",
                    "location",
                    "max-forwards",
                    "pragma",
                    "range",
                    "retry-after",
                    "set-cookie",
                    "vary",
                    "warning",
                    "www-authenticate");

    private Trailers() {}

    /** Gives an exchange what was read behind its answer, if anything was. */
    static void pass(AnswerBody from, Exchange to) {
        if (from.isInChunks() && from.chunks().hasTrailers()) {
            fill(to.answerTrailers(), from.chunks());
        }
    }

    /** Takes over what may stand there of what was read behind the chunks. */
    static void fill(Head into, ChunkDecoder from) {
        byte[] raw = from.trailers();
        int length = from.trailersLength();
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (raw[i] == '\n') {
                line(into, raw, start, i - 1);
                start = i + 1;
            }
        }
    }

    private static void line(Head into, byte[] raw, int start, int end) {
        int nameEnd = start;
        while (raw[nameEnd] != ':') {
            nameEnd++;
        }
        int from = nameEnd + 1;
        int to = end;
        while (from < to && (raw[from] == ' ' || raw[from] == '\t')) {
            from++;
        }
        while (to > from && (raw[to - 1] == ' ' || raw[to - 1] == '\t')) {
            to--;
        }
        String name = text(raw, start, nameEnd).toLowerCase(Locale.ROOT);
        if (mayFollow(name)) {
            into.add(name, text(raw, from, to));
        }
    }

    private static String text(byte[] raw, int start, int end) {
        return new String(raw, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether a field may stand behind the body of a request, or of an answer over HTTP/1.
     *
     * @param name in lower case
     */
    static boolean mayFollow(String name) {
        return FieldName.of(name) == FieldName.OTHER
                && !BEFORE_ONLY.contains(name)
                && !name.startsWith("if-")
                && !name.startsWith("x-forwarded-");
    }

    /** Ends a body in chunks. */
    static void end(Outgoing out, @Nullable Head trailers) {
        if (trailers == null) {
            out.bytes(END);
            return;
        }
        settle(trailers);
        out.bytes(LAST_CHUNK);
        HeadWriter.write(trailers, out.room(HeadWriter.size(trailers)));
        out.bytes(EMPTY_LINE);
    }

    /** HTTP/2 lets an endpoint put any field there. */
    private static void settle(Head trailers) {
        for (int i = 0; i < trailers.count; i++) {
            if (trailers.ids[i] >= 0
                    && !mayFollow(trailers.text(trailers.nameStart(i), trailers.nameEnd(i)))) {
                trailers.ids[i] = Head.DROPPED;
            }
        }
    }

    /** A head that few exchanges need: made when it is first asked for. Its event loop. */
    static final class Seldom {
        private @Nullable Head head;

        Head made() {
            Head there = head;
            if (there == null) {
                there = new Head();
                head = there;
            }
            return there;
        }

        boolean hasFields() {
            return head != null && head.count > 0;
        }

        void clear() {
            if (head != null) {
                head.clear();
            }
        }
    }
}
