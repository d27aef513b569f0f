package dev.weft.dataplane.http;

import dev.weft.dataplane.http.HeadParser.Progress;
import dev.weft.dataplane.http.body.Token;
import org.jspecify.annotations.Nullable;

/**
 * The second way to fill a head: from fields that come one by one, decoded, as HTTP/2 has them. The
 * head that comes out is the one that HTTP/1 would have given, so that nobody behind it need know;
 * what HTTP/1 could not say, or would say with another meaning, is refused. Belongs to one
 * connection; its event loop.
 */
public final class HeadFiller {
    /** What is being filled. */
    public enum Kind {
        REQUEST,
        ANSWER,
        REQUEST_TRAILERS,
        ANSWER_TRAILERS;

        boolean trails() {
            return this == REQUEST_TRAILERS || this == ANSWER_TRAILERS;
        }
    }

    /** What became of it. */
    public enum Verdict {
        GOOD,
        /** Not a message: {@link #problem} says why. */
        MALFORMED,
        /** A message that is not served, with a status of its own. */
        REFUSED
    }

    private static final byte[] VERSION = Head.ascii(" HTTP/1.1\r\n");
    private static final byte[] CHUNKED_LINE = Head.ascii("transfer-encoding: chunked\r\n");
    private static final byte[] TRAILERS_VALUE = Head.ascii("trailers");
    private static final byte[] COOKIE = Head.ascii("cookie");
    private static final byte[] METHOD = Head.ascii(":method");
    private static final byte[] SCHEME = Head.ascii(":scheme");
    private static final byte[] AUTHORITY = Head.ascii(":authority");
    private static final byte[] PATH = Head.ascii(":path");
    private static final byte[] PROTOCOL = Head.ascii(":protocol");
    private static final byte[] STATUS = Head.ascii(":status");
    private static final byte[] WEBSOCKET = Head.ascii("websocket");
    private static final byte[] GET = Head.ascii("GET");
    private static final byte[] HTTPS = Head.ascii("https");
    private static final int NONE = -1;
    private static final int PSEUDOS = 6;

    private Head head = new Head();
    private Kind kind = Kind.REQUEST;
    private boolean regular;
    private boolean switches;
    private int cookies;
    private @Nullable String problem;

    /**
     * Where the values of the pseudo fields stand: method, scheme, authority, path, protocol,
     * status.
     */
    private final int[] starts = new int[PSEUDOS];

    private final int[] ends = new int[PSEUDOS];
    private static final byte[][] PSEUDO_NAMES = {
        METHOD, SCHEME, AUTHORITY, PATH, PROTOCOL, STATUS
    };
    private static final int AT_METHOD = 0;
    private static final int AT_SCHEME = 1;
    private static final int AT_AUTHORITY = 2;
    private static final int AT_PATH = 3;
    private static final int AT_PROTOCOL = 4;
    private static final int AT_STATUS = 5;

    /** Makes a head that asks for a tunnel, of which only the target is known. */
    public static void tunnel(Head head, String host, int port) {
        head.clear();
        head.append(TUNNEL);
        head.methodEnd = "CONNECT".length();
        head.pathStart = head.methodEnd + 1;
        head.pathEnd = head.pathStart + 1;
        head.targetEnd = head.pathEnd;
        head.startLineEnd = head.limit;
        head.startLineDone = true;
        byte[] name = FieldName.bytes(FieldName.HOST);
        int line = head.beginField(name);
        head.hostStart = head.limit;
        head.append(Head.ascii(host));
        head.hostEnd = head.limit;
        head.hostPort = port;
        head.append(Head.ascii(":" + port));
        head.endField(line, name.length);
    }

    private static final byte[] TUNNEL = Head.ascii("CONNECT / HTTP/1.1\r\n");

    public void begin(Head into, Kind what) {
        head = into;
        kind = what;
        regular = false;
        switches = false;
        cookies = 0;
        problem = null;
        java.util.Arrays.fill(starts, NONE);
    }

    /** Why the message is not one. */
    public String problem() {
        return problem == null ? "it is not well formed" : problem;
    }

    /** Takes a field whose line stands at the end of the head's bytes. */
    public void field(int start, int nameEnd, int valueStart, int valueEnd, byte id) {
        if (problem != null) {
            return;
        }
        byte[] b = head.bytes;
        if (HeadParser.lineEnd(b, valueStart, head.limit) != valueEnd
                || padded(valueStart, valueEnd)) {
            problem = "a value has a character that no value may have";
        } else if (nameEnd == start) {
            problem = "a name is empty";
        } else if (b[start] == ':') {
            pseudo(start, nameEnd, valueStart, valueEnd);
        } else if (!isName(start, nameEnd)) {
            problem = "a name has a character that no name may have";
        } else {
            regular = true;
            regular(start, nameEnd, valueStart, valueEnd, id);
        }
    }

    private boolean padded(int start, int end) {
        return end > start && (blank(head.bytes[start]) || blank(head.bytes[end - 1]));
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    private boolean isName(int start, int end) {
        for (int i = start; i < end; i++) {
            byte c = head.bytes[i];
            if (!Token.takes(c) || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    private void pseudo(int start, int nameEnd, int valueStart, int valueEnd) {
        if (regular || kind.trails()) {
            problem = "a pseudo field stands where none may stand";
            return;
        }
        int first = kind == Kind.REQUEST ? AT_METHOD : AT_STATUS;
        int last = kind == Kind.REQUEST ? AT_PROTOCOL : AT_STATUS;
        for (int i = first; i <= last; i++) {
            byte[] name = PSEUDO_NAMES[i];
            if (java.util.Arrays.equals(name, 0, name.length, head.bytes, start, nameEnd)) {
                if (starts[i] != NONE) {
                    problem = "a pseudo field stands twice";
                }
                starts[i] = valueStart;
                ends[i] = valueEnd;
                return;
            }
        }
        problem = "there is a pseudo field that is not known";
    }

    private void regular(int start, int nameEnd, int valueStart, int valueEnd, byte id) {
        switch (id) {
            case FieldName.CONNECTION,
                    FieldName.KEEP_ALIVE,
                    FieldName.PROXY_CONNECTION,
                    FieldName.TRANSFER_ENCODING,
                    FieldName.UPGRADE -> {
                problem = "there is a field that belongs to HTTP/1 connections";
                return;
            }
            case FieldName.TE -> {
                if (!FieldName.sameIgnoringCase(TRAILERS_VALUE, head.bytes, valueStart, valueEnd)) {
                    problem = "te says something other than trailers";
                    return;
                }
            }
            case FieldName.CONTENT_LENGTH, FieldName.HOST -> {
                if (kind.trails()) {
                    problem = "a field that frames the message stands behind it";
                    return;
                }
            }
            case FieldName.OTHER -> {
                if (FieldName.sameIgnoringCase(COOKIE, head.bytes, start, nameEnd)) {
                    cookies++;
                }
            }
            default -> {}
        }
        if (kind == Kind.REQUEST_TRAILERS && !Trailers.mayFollow(head.text(start, nameEnd))) {
            return;
        }
        if (kind == Kind.ANSWER_TRAILERS && Hops.isOurs(id)) {
            return;
        }
        head.addSpan(start, nameEnd, valueStart, valueEnd, head.limit);
        head.kind(id);
        if (!kind.trails() && id != FieldName.OTHER && id <= FieldName.EXPECT) {
            Progress noted = Framing.note(head, id, valueStart, valueEnd, kind == Kind.REQUEST);
            if (noted == Progress.BAD && (head.problemStatus == 400 || kind == Kind.ANSWER)) {
                problem = head.problem;
            }
        }
    }

    /**
     * The fields are complete.
     *
     * @param last whether nothing follows, neither a body nor trailers
     */
    public Verdict end(boolean last) {
        if (problem != null) {
            return Verdict.MALFORMED;
        }
        return switch (kind) {
            case REQUEST -> request(last);
            case ANSWER -> answer(last);
            case REQUEST_TRAILERS, ANSWER_TRAILERS -> Verdict.GOOD;
        };
    }

    // ---- requests

    private Verdict request(boolean last) {
        if (head.problemStatus != 0) {
            return Verdict.REFUSED;
        }
        if (starts[AT_METHOD] == NONE || !isMethod()) {
            return malformed("there is no method, or not one that HTTP/1 could say");
        }
        if (head.same("CONNECT", starts[AT_METHOD], ends[AT_METHOD])) {
            if (starts[AT_PROTOCOL] == NONE) {
                return connect();
            }
            switches = true;
        } else if (starts[AT_PROTOCOL] != NONE) {
            return malformed("only a CONNECT names a protocol");
        }
        if (starts[AT_SCHEME] == NONE || !isScheme()) {
            return malformed("there is no scheme, or not one that an address could have");
        }
        if (starts[AT_PATH] == NONE || !isPath()) {
            return malformed("there is no path, or not one that HTTP/1 could say");
        }
        if (!settleHost()) {
            return malformed("the authority is missing, or is not the Host");
        }
        if (switches && !becomesWebSocket()) {
            return Verdict.REFUSED;
        }
        head.forHttps =
                FieldName.sameIgnoringCase(HTTPS, head.bytes, starts[AT_SCHEME], ends[AT_SCHEME]);
        startLine();
        if (cookies > 1) {
            joinCookies();
        }
        if (!switches && !frame(last)) {
            return malformed("the content-length is not the length");
        }
        head.version = 11;
        if (Framing.checkRequest(head) == Progress.BAD) {
            return head.problemStatus == 400 ? malformed(head.problem) : Verdict.REFUSED;
        }
        return Verdict.GOOD;
    }

    private Verdict malformed(String why) {
        problem = why;
        return Verdict.MALFORMED;
    }

    private Verdict connect() {
        if (starts[AT_SCHEME] != NONE || starts[AT_PATH] != NONE || starts[AT_AUTHORITY] == NONE) {
            return malformed("a CONNECT names an authority and nothing else");
        }
        if (!settleHost()) {
            return malformed("the authority is missing, or is not the Host");
        }
        // with the target in its place, as HTTP/1 has it, for who serves it
        starts[AT_PATH] = starts[AT_AUTHORITY];
        ends[AT_PATH] = ends[AT_AUTHORITY];
        startLine();
        RequestLine.refuseConnect(head);
        return Verdict.REFUSED;
    }

    /** RFC 8441: what HTTP/1.1 says with a GET that switches protocols. */
    private boolean becomesWebSocket() {
        int start = starts[AT_PROTOCOL];
        if (!FieldName.sameIgnoringCase(WEBSOCKET, head.bytes, start, ends[AT_PROTOCOL])) {
            HeadParser.refuse(head, 501, "no protocol but WebSocket is served over CONNECT");
            return false;
        }
        if (head.contentLength >= 0) {
            HeadParser.refuse(head, 400, "a WebSocket has no length");
            return false;
        }
        starts[AT_METHOD] = head.limit;
        head.append(GET);
        ends[AT_METHOD] = head.limit;
        WebSockets.ask(head);
        return true;
    }

    /** Whether the request that was filled opens a WebSocket: it has no end of its own. */
    public boolean switches() {
        return switches;
    }

    private boolean isMethod() {
        int length = ends[AT_METHOD] - starts[AT_METHOD];
        for (int i = starts[AT_METHOD]; i < ends[AT_METHOD]; i++) {
            if (!Token.takes(head.bytes[i])) {
                return false;
            }
        }
        return length > 0 && length <= HeadParser.methodMax();
    }

    private boolean isScheme() {
        int start = starts[AT_SCHEME];
        for (int i = start; i < ends[AT_SCHEME]; i++) {
            byte c = head.bytes[i];
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!letter && (!other || i == start)) {
                return false;
            }
        }
        return ends[AT_SCHEME] > start;
    }

    private boolean isPath() {
        byte[] b = head.bytes;
        int start = starts[AT_PATH];
        int end = ends[AT_PATH];
        if (start == end || (b[start] != '/' && (b[start] != '*' || end - start > 1))) {
            return false;
        }
        for (int i = start; i < end; i++) {
            // as in a request line: no blanks, no controls, no fragment
            if (b[i] <= ' ' || b[i] == 0x7f || b[i] == '#') {
                return false;
            }
        }
        return true;
    }

    private boolean settleHost() {
        int host = head.find(FieldName.HOST, 0);
        int start = starts[AT_AUTHORITY];
        if (start == NONE) {
            return host >= 0 && head.valueEnd(host) > head.valueStart(host);
        }
        int length = ends[AT_AUTHORITY] - start;
        if (length == 0) {
            return false;
        }
        if (host >= 0) {
            return java.util.Arrays.equals(
                    head.bytes,
                    start,
                    start + length,
                    head.bytes,
                    head.valueStart(host),
                    head.valueEnd(host));
        }
        byte[] name = FieldName.bytes(FieldName.HOST);
        int line = head.beginField(name);
        head.append(head.bytes, start, start + length);
        head.endField(line, name.length);
        return true;
    }

    private void startLine() {
        int start = head.limit;
        int question = NONE;
        for (int i = starts[AT_PATH]; i < ends[AT_PATH] && question == NONE; i++) {
            question = head.bytes[i] == '?' ? i - starts[AT_PATH] : NONE;
        }
        head.append(head.bytes, starts[AT_METHOD], ends[AT_METHOD]);
        head.startLine = start;
        head.methodEnd = head.limit;
        head.append((byte) ' ');
        head.pathStart = head.limit;
        head.append(head.bytes, starts[AT_PATH], ends[AT_PATH]);
        head.targetEnd = head.limit;
        head.pathEnd = question == NONE ? head.targetEnd : head.pathStart + question;
        head.append(VERSION);
        head.startLineEnd = head.limit;
        head.startLineDone = true;
    }

    /** HTTP/2 may part a cookie for the sake of its tables; HTTP/1 has one field. */
    private void joinCookies() {
        int line = head.beginField(COOKIE);
        boolean first = true;
        for (int i = 0; i < head.count; i++) {
            if (head.named(i, COOKIE)) {
                if (!first) {
                    head.append((byte) ';');
                    head.append((byte) ' ');
                }
                first = false;
                head.append(head.bytes, head.valueStart(i), head.valueEnd(i));
            }
        }
        head.drop(COOKIE);
        head.endField(line, COOKIE.length);
    }

    private boolean frame(boolean last) {
        if (last) {
            return head.contentLength <= 0;
        }
        if (head.contentLength < 0) {
            head.chunked = true;
            head.addLine(CHUNKED_LINE, "transfer-encoding".length());
        }
        return true;
    }

    // ---- answers

    private Verdict answer(boolean last) {
        int start = starts[AT_STATUS];
        if (start == NONE || ends[AT_STATUS] - start != 3) {
            return malformed("there is no status of three digits");
        }
        int status = 0;
        for (int i = start; i < start + 3; i++) {
            int digit = head.bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return malformed("the status is not a number");
            }
            status = status * 10 + digit;
        }
        if (status < 100 || status > 599 || status == 101) {
            return malformed("the status is not one that may be passed on");
        }
        if (status < 200 && last) {
            return malformed("nothing follows an informational answer");
        }
        head.startLine = head.limit;
        head.append(Status.line(status));
        head.startLineEnd = head.limit;
        head.startLineDone = true;
        head.status = status;
        head.version = 11;
        return Verdict.GOOD;
    }
}
