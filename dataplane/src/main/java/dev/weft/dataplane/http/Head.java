package dev.weft.dataplane.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The head of a request or an answer: its bytes as they came, and an index of where the parts are.
 * Belongs to one event loop and is used again for the next message, so nobody keeps a reference
 * beyond the exchange. Nothing is made into a string unless somebody asks.
 *
 * <p>A field is changed by dropping its line and appending a new one behind the head; {@link
 * HeadWriter} then copies whole runs of lines that stay.
 */
public final class Head {
    static final byte DROPPED = -1;
    static final int STRIDE = 5;
    private static final int BYTES_AT_FIRST = 2048;
    private static final int FIELDS_AT_FIRST = 32;

    /** What a head may keep allocated while it waits to be used again. */
    private static final int BYTES_KEPT = 16 * 1024;

    byte[] bytes = new byte[BYTES_AT_FIRST];
    int limit;

    /** Per field: line start, name end, value start, value end, line end. */
    int[] spans = new int[FIELDS_AT_FIRST * STRIDE];

    byte[] ids = new byte[FIELDS_AT_FIRST];
    private long kinds; // a bit for each id that a field has, or had
    int count;

    int startLine;
    int startLineEnd;
    int methodEnd;
    int pathStart;
    int pathEnd;
    int targetEnd;
    int hostStart;
    int hostEnd;
    int hostPort;
    int version;
    int status;

    long contentLength;
    boolean chunked;
    boolean close;
    boolean keepAlive;
    boolean upgrade;
    boolean expectContinue;
    boolean nominates;
    boolean oddFraming;
    boolean takesTrailers;
    boolean forHttps;

    // where the parser is
    int at;
    int scanned;
    boolean startLineDone;
    int problemStatus;
    String problem = "";

    Head() {
        clear();
    }

    void clear() {
        if (bytes.length > BYTES_KEPT) {
            bytes = new byte[BYTES_AT_FIRST];
            spans = new int[FIELDS_AT_FIRST * STRIDE];
            ids = new byte[FIELDS_AT_FIRST];
        }
        limit = 0;
        count = 0;
        kinds = 0;
        startLine = 0;
        startLineEnd = 0;
        methodEnd = 0;
        pathStart = 0;
        pathEnd = 0;
        targetEnd = 0;
        hostStart = 0;
        hostEnd = 0;
        hostPort = 0;
        version = 11;
        status = 0;
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgrade = false;
        expectContinue = false;
        nominates = false;
        oddFraming = false;
        takesTrailers = false;
        forHttps = false;
        at = 0;
        scanned = 0;
        startLineDone = false;
        problemStatus = 0;
        problem = "";
    }

    /** A head with nothing in it. */
    public static Head empty() {
        return new Head();
    }

    /** Becomes the same as another head, which stays as it is. */
    public void copy(Head other) {
        clear();
        reserve(other.limit);
        System.arraycopy(other.bytes, 0, bytes, 0, other.limit);
        limit = other.limit;
        ids = Arrays.copyOf(other.ids, other.ids.length);
        spans = Arrays.copyOf(other.spans, other.spans.length);
        count = other.count;
        kinds = other.kinds;
        startLine = other.startLine;
        startLineEnd = other.startLineEnd;
        methodEnd = other.methodEnd;
        pathStart = other.pathStart;
        pathEnd = other.pathEnd;
        targetEnd = other.targetEnd;
        hostStart = other.hostStart;
        hostEnd = other.hostEnd;
        hostPort = other.hostPort;
        version = other.version;
        status = other.status;
        contentLength = other.contentLength;
        chunked = other.chunked;
        close = other.close;
        keepAlive = other.keepAlive;
        upgrade = other.upgrade;
        expectContinue = other.expectContinue;
        nominates = other.nominates;
        at = other.at;
        scanned = other.scanned;
        startLineDone = other.startLineDone;
    }

    // ---- reading

    /** The bytes that every offset of this head points into. */
    public byte[] bytes() {
        return bytes;
    }

    /** Makes it empty. */
    public void forget() {
        clear();
    }

    /** The status to refuse it with, where it was found wanting. */
    public int problemStatus() {
        return problemStatus;
    }

    public String problem() {
        return problem;
    }

    public int methodStart() {
        return startLine;
    }

    public int methodEnd() {
        return methodEnd;
    }

    /** Where path and query end. */
    public int targetEnd() {
        return targetEnd;
    }

    public String method() {
        return text(startLine, methodEnd);
    }

    public boolean methodIs(String upper) {
        return same(upper, startLine, methodEnd);
    }

    public String path() {
        return text(pathStart, pathEnd);
    }

    public int pathStart() {
        return pathStart;
    }

    /** Where the path ends: at the question mark, or at the end of the target. */
    public int pathEnd() {
        return pathEnd;
    }

    /** What follows the question mark; empty where there is none. */
    public String query() {
        return pathEnd < targetEnd ? text(pathEnd + 1, targetEnd) : "";
    }

    /** The host that is asked for, without port and without a dot at its end. */
    public String host() {
        return text(hostStart, hostEnd);
    }

    public int hostStart() {
        return hostStart;
    }

    public int hostEnd() {
        return hostEnd;
    }

    /** The port beside the host's name, 0 where none is named. */
    public int hostPort() {
        return hostPort;
    }

    /** 10 for HTTP/1.0, 11 for HTTP/1.1 and for what came over HTTP/2. */
    public int version() {
        return version;
    }

    public int status() {
        return status;
    }

    /** Length of the body as the head states it, -1 where it does not. */
    public long contentLength() {
        return contentLength;
    }

    /** The first value of a field that {@link FieldName} lists. */
    public Optional<String> value(byte id) {
        int field = find(id, 0);
        return field < 0 ? Optional.empty() : Optional.of(valueText(field));
    }

    public Optional<String> value(String name) {
        byte[] lower = FieldName.lower(name);
        for (int i = 0; i < count; i++) {
            if (named(i, lower)) {
                return Optional.of(valueText(i));
            }
        }
        return Optional.empty();
    }

    /** A copy for blocking code. */
    public Headers headers() {
        return Headers.of(this);
    }

    /** The first field with this id from an index on, or -1. */
    public int find(byte id, int from) {
        for (int i = (kinds >>> id & 1) != 0 ? from : count; i < count; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /** The first field of this name, which is in lower case, from an index on, or -1. */
    public int find(byte[] lower, int from) {
        for (int i = from; i < count; i++) {
            if (named(i, lower)) {
                return i;
            }
        }
        return -1;
    }

    public int valueStart(int field) {
        return spans[field * STRIDE + 2];
    }

    public int valueEnd(int field) {
        return spans[field * STRIDE + 3];
    }

    /** Whether the caller has said that it takes trailers. */
    /** Whether the request names the scheme https: by an absolute target, or in HTTP/2's words. */
    public boolean forHttps() {
        return forHttps;
    }

    public boolean takesTrailers() {
        return takesTrailers;
    }

    public boolean hasFramedBody() {
        return chunked || contentLength > 0;
    }

    public String valueText(int field) {
        return text(spans[field * STRIDE + 2], spans[field * STRIDE + 3]);
    }

    String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    boolean same(String ascii, int start, int end) {
        return FieldName.same(ascii, bytes, start, end);
    }

    // ---- changing

    /** Begins an answer that is made here. */
    public void startAnswer(int code) {
        clear();
        status = code;
        append(Status.line(code));
        startLineEnd = limit;
        startLineDone = true;
    }

    /** Replaces path and query's path: the query stays. */
    public void path(byte[] prefix, int keepFrom) {
        RequestLine.rewrite(this, prefix, keepFrom);
    }

    /** Drops every field with this id. */
    public void drop(byte id) {
        dropAll(1L << id);
    }

    /** Drops every field whose id is a bit of the mask. */
    public void dropAll(long mask) {
        for (int i = (kinds & mask) != 0 ? 0 : count; i < count; i++) {
            if (ids[i] > 0 && (mask >>> ids[i] & 1) != 0) {
                ids[i] = DROPPED;
            }
        }
    }

    /** Drops every field of this name, which is in lower case. */
    public void drop(byte[] lower) {
        for (int i = 0; i < count; i++) {
            if (ids[i] != DROPPED && named(i, lower)) {
                ids[i] = DROPPED;
            }
        }
    }

    /** Adds a field whose line, with colon, space and line end, is ready made. */
    public void addLine(byte[] line, int nameLength) {
        append(line);
        index(limit - line.length, nameLength, limit - 2, FieldName.of(line, 0, nameLength));
    }

    /** The same, of a name that {@link FieldName} lists. */
    public void addLine(byte[] line, byte id) {
        append(line);
        index(limit - line.length, FieldName.bytes(id).length, limit - 2, id);
    }

    public void add(String name, String value) {
        int start = beginField(ascii(name));
        append(value.getBytes(StandardCharsets.ISO_8859_1));
        endField(start, name.length());
    }

    public void add(byte id, String value) {
        byte[] name = FieldName.bytes(id);
        int start = beginField(name);
        append(value.getBytes(StandardCharsets.ISO_8859_1));
        endField(start, name.length);
    }

    /** States the length of the body. */
    public void bodyLength(long length) {
        contentLength = length;
        int start = beginField(FieldName.bytes(FieldName.CONTENT_LENGTH));
        appendDecimal(length);
        endField(start, "content-length".length());
    }

    /** Begins a field whose value is then appended piece by piece. */
    public int beginField(byte[] name) {
        int start = limit;
        append(name);
        append((byte) ':');
        append((byte) ' ');
        return start;
    }

    public void endField(int start, int nameLength) {
        int valueEnd = limit;
        append((byte) '\r');
        append((byte) '\n');
        index(start, nameLength, valueEnd, FieldName.of(bytes, start, start + nameLength));
    }

    private void index(int start, int nameLength, int valueEnd, byte id) {
        addSpan(start, start + nameLength, start + nameLength + 2, valueEnd, limit);
        kind(id);
    }

    /** Of the field that was added last. */
    void kind(byte id) {
        ids[count - 1] = id;
        kinds |= 1L << id;
    }

    void addSpan(int start, int nameEnd, int valueStart, int valueEnd, int lineEnd) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
            spans = Arrays.copyOf(spans, count * 2 * STRIDE);
        }
        int span = count * STRIDE;
        spans[span] = start;
        spans[span + 1] = nameEnd;
        spans[span + 2] = valueStart;
        spans[span + 3] = valueEnd;
        spans[span + 4] = lineEnd;
        count++;
    }

    /** Where the next byte is appended. */
    public int limit() {
        return limit;
    }

    /** Takes back what was appended beyond, or takes over what was written into {@link #room}. */
    public void limit(int at) {
        limit = at;
    }

    /** The bytes, with room for so many more behind the limit. */
    public byte[] room(int more) {
        reserve(more);
        return bytes;
    }

    /** How many fields there are, those included that were dropped. */
    public int fields() {
        return count;
    }

    /** Whether a field was dropped. */
    public boolean dropped(int field) {
        return ids[field] == DROPPED;
    }

    /** Which of the {@link FieldName}s a field is. */
    public byte id(int field) {
        return ids[field];
    }

    public int nameStart(int field) {
        return spans[field * STRIDE];
    }

    public int nameEnd(int field) {
        return spans[field * STRIDE + 1];
    }

    void reserve(int more) {
        if (bytes.length - limit < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, limit + more));
        }
    }

    public void append(byte[] some) {
        append(some, 0, some.length);
    }

    public void append(byte[] from, int start, int end) {
        reserve(end - start);
        System.arraycopy(from, start, bytes, limit, end - start);
        limit += end - start;
    }

    public void append(byte b) {
        reserve(1);
        bytes[limit++] = b;
    }

    void appendDecimal(long value) {
        if (value >= 10) {
            appendDecimal(value / 10);
        }
        append((byte) ('0' + value % 10));
    }

    boolean named(int field, byte[] lower) {
        int span = field * STRIDE;
        return ids[field] != DROPPED
                && FieldName.sameIgnoringCase(lower, bytes, spans[span], spans[span + 1]);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
