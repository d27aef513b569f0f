package dev.weft.dataplane.http;

import dev.weft.dataplane.http.HeadParser.Progress;
import dev.weft.dataplane.http.body.Token;
import java.util.Arrays;

/**
 * The first line of a request: one method, one target, one version, single spaces. Its event loop.
 */
final class RequestLine {
    private RequestLine() {}

    static Progress parse(Head head) {
        byte[] b = head.bytes;
        int limit = head.limit;
        if (head.at == 0 && limit > 0 && b[0] == '\r') {
            // one empty line before a request is left over from the body of the last one
            if (limit < 2) {
                return Progress.MORE;
            }
            if (b[1] != '\n') {
                return HeadParser.bad(head, "a carriage return stands alone");
            }
            head.at = 2;
        }
        int start = head.at;
        int i = start;
        while (i < limit && Token.takes(b[i])) {
            i++;
        }
        if (i - start > HeadParser.methodMax()) {
            return HeadParser.refuse(head, 501, "the method is longer than 32 characters");
        }
        if (i >= limit) {
            return Progress.MORE;
        }
        if (b[i] != ' ' || i == start) {
            return HeadParser.bad(head, "the request does not begin with a method and a space");
        }
        head.methodEnd = i++;
        return target(head, start, i);
    }

    /**
     * Whether what was refused is HTTP/2's beginning, or nothing that an answer of HTTP/1 would be
     * understood by: neither a usual method nor a version.
     */
    static boolean isForeign(Head head) {
        int line = HTTP_2.length;
        if (head.limit >= line && Arrays.equals(HTTP_2, 0, line, head.bytes, 0, line)) {
            return true;
        }
        if (head.startLineDone || head.problemStatus != 400 || head.methodEnd <= head.at) {
            return false;
        }
        for (String usual : USUAL) {
            if (head.same(usual, head.at, head.methodEnd)) {
                return false;
            }
        }
        return head.problem.equals(NO_VERSION);
    }

    /** Whether what was refused is a CONNECT, of which nothing but the target is left to judge. */
    static boolean isConnect(Head head) {
        return head.problem.equals(NO_CONNECT);
    }

    /** A CONNECT is refused in its place by whoever has no other use for it. */
    static Progress refuseConnect(Head head) {
        return HeadParser.refuse(head, 501, NO_CONNECT);
    }

    private static final String NO_CONNECT = "CONNECT is not served here";
    private static final byte[] HTTP_2 = Head.ascii("PRI * HTTP/2.0\r\n");
    private static final String NO_VERSION = "the request line does not end with a version";
    private static final String[] USUAL = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"
    };

    private static Progress target(Head head, int start, int from) {
        byte[] b = head.bytes;
        int limit = head.limit;
        int i = from;
        int question = -1;
        while (i < limit && b[i] > ' ' && b[i] != 0x7f && b[i] != '#') {
            if (b[i] == '?' && question < 0) {
                question = i;
            }
            i++;
        }
        if (i >= limit) {
            return Progress.MORE;
        }
        if (b[i] != ' ' || i == from) {
            return HeadParser.bad(head, "the target has a character that no target may have");
        }
        if (limit - i < " HTTP/1.1\r\n".length()) {
            return Progress.MORE;
        }
        int minor = HeadParser.version(b, i + 1);
        if (minor == -2) {
            return HeadParser.bad(head, NO_VERSION);
        }
        if (minor == -1) {
            return HeadParser.refuse(head, 505, "the version is not HTTP/1.1 or HTTP/1.0");
        }
        if (b[i + 9] != '\r' || b[i + 10] != '\n') {
            return HeadParser.bad(head, "the request line does not end after its version");
        }
        head.version = 10 + minor;
        b[i + 8] = '1';
        head.pathStart = from;
        head.pathEnd = question < 0 ? i : question;
        head.targetEnd = i;
        head.startLine = start;
        return HeadParser.startLineDone(head, i + 11);
    }

    /**
     * Brings the target into its usual form, after the fields are known: an absolute one becomes a
     * path, and its authority takes the place of the Host field.
     */
    static Progress settleTarget(Head head) {
        byte[] b = head.bytes;
        if (b[head.pathStart] == '/') {
            return Progress.COMPLETE;
        }
        if (head.methodIs("CONNECT")) {
            return refuseConnect(head);
        }
        if (head.targetEnd - head.pathStart == 1 && b[head.pathStart] == '*') {
            return head.methodIs("OPTIONS")
                    ? Progress.COMPLETE
                    : HeadParser.bad(head, "the target * stands only with OPTIONS");
        }
        int authority = schemeEnd(head);
        if (authority < 0) {
            return HeadParser.bad(head, "the target is neither a path nor an http address");
        }
        int path = authority;
        while (path < head.targetEnd && b[path] != '/' && b[path] != '?') {
            path++;
        }
        int host = head.find(FieldName.HOST, 0);
        if (host < 0 && head.version != 10) {
            return HeadParser.bad(head, "there is no Host field");
        }
        String name = head.text(authority, path);
        head.forHttps = (b[authority - HTTP_END] | 0x20) == 's';
        String port = head.forHttps ? ":443" : ":80";
        if (host >= 0 && !usual(name, port).equalsIgnoreCase(usual(head.valueText(host), port))) {
            return HeadParser.bad(head, "the target and the Host name different hosts");
        }
        boolean whole = path == head.targetEnd && head.methodIs("OPTIONS");
        head.path(path < head.pathEnd ? NOTHING : whole ? STAR : SLASH, path);
        if (host >= 0) {
            head.ids[host] = Head.DROPPED;
        }
        head.add(FieldName.HOST, name);
        return Progress.COMPLETE;
    }

    /** From the scheme's last letter to the end of its {@code ://}. */
    private static final int HTTP_END = 4;

    /**
     * Without the port that the scheme stands for: some clients leave it out in one place alone.
     */
    private static String usual(String authority, String port) {
        return authority.endsWith(port)
                ? authority.substring(0, authority.length() - port.length())
                : authority;
    }

    private static final byte[] NOTHING = {};
    private static final byte[] SLASH = {'/'};

    /** An OPTIONS that names a host and nothing of it is about the server as a whole. */
    private static final byte[] STAR = {'*'};

    private static int schemeEnd(Head head) {
        int start = head.pathStart;
        for (String scheme : new String[] {"http://", "https://"}) {
            int end = start + scheme.length();
            if (end < head.targetEnd
                    && FieldName.sameIgnoringCase(Head.ascii(scheme), head.bytes, start, end)) {
                return end;
            }
        }
        return -1;
    }

    private static final byte[] HTTP_1_1_END = Head.ascii(" HTTP/1.1\r\n");

    /** Puts a prefix before what is kept of the target. */
    static void rewrite(Head head, byte[] prefix, int keepFrom) {
        int keepTo = head.targetEnd;
        int start = head.limit;
        head.reserve((head.methodEnd - head.startLine) + prefix.length + (keepTo - keepFrom) + 16);
        head.append(head.bytes, head.startLine, head.methodEnd);
        int newMethodEnd = head.limit;
        head.append((byte) ' ');
        int newPath = head.limit;
        head.append(prefix);
        int newPathEnd = head.limit + (head.pathEnd - keepFrom);
        head.append(head.bytes, keepFrom, keepTo);
        int newTargetEnd = head.limit;
        head.append(HTTP_1_1_END);
        head.startLine = start;
        head.startLineEnd = head.limit;
        head.methodEnd = newMethodEnd;
        head.pathStart = newPath;
        head.pathEnd = newPathEnd;
        head.targetEnd = newTargetEnd;
    }
}
