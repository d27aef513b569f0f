package dev.weft.dataplane.http;

import dev.weft.dataplane.http.HeadParser.Progress;
import dev.weft.dataplane.http.path.PathForm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What the fields of a head say about where its message ends and whether the connection lives on.
 * Whatever says it twice, or in a way that another reader could miss, is refused. Its event loop.
 */
final class Framing {
    private static final int PORT_TOO_LARGE = 65_536;

    private static final byte[] CHUNKED_LINE = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] CONTINUE = ascii("100-continue");
    private static final int LENGTH_DIGITS_MAX = 18;

    /** Where a status line goes on behind its status. */
    private static final int STATUS_END = "HTTP/1.1 200".length();

    private Framing() {}

    /** Takes note of a field as it is read. */
    static Progress note(Head head, byte id, int start, int end, boolean request) {
        byte[] b = head.bytes;
        return switch (id) {
            case FieldName.HOST -> {
                if (head.find(FieldName.HOST, 0) != head.count - 1) {
                    yield HeadParser.bad(head, "there are two Host fields");
                }
                yield Progress.COMPLETE;
            }
            case FieldName.CONTENT_LENGTH -> contentLength(head, start, end);
            case FieldName.TRANSFER_ENCODING -> {
                if (head.chunked) {
                    yield HeadParser.bad(head, "there are two Transfer-Encoding fields");
                }
                if (!FieldName.sameIgnoringCase(CHUNKED, b, start, end)) {
                    yield HeadParser.refuse(
                            head, request ? 501 : 400, "the transfer coding is not chunked");
                }
                head.chunked = true;
                head.oddFraming |= isOdd(head, start, end) || !head.same("chunked", start, end);
                yield Progress.COMPLETE;
            }
            case FieldName.CONNECTION -> {
                connection(head, start, end);
                yield Progress.COMPLETE;
            }
            case FieldName.EXPECT -> {
                if (!request) {
                    yield Progress.COMPLETE;
                }
                if (!FieldName.sameIgnoringCase(CONTINUE, b, start, end)) {
                    yield HeadParser.refuse(head, 417, "the expectation is not 100-continue");
                }
                head.expectContinue = true;
                yield Progress.COMPLETE;
            }
            case FieldName.TE -> {
                head.takesTrailers |= names(b, start, end, TRAILERS);
                yield Progress.COMPLETE;
            }
            default -> Progress.COMPLETE;
        };
    }

    private static Progress contentLength(Head head, int start, int end) {
        if (head.contentLength >= 0) {
            return HeadParser.bad(head, "there are two Content-Length fields");
        }
        if (end == start || end - start > LENGTH_DIGITS_MAX) {
            return HeadParser.bad(head, "the Content-Length is not a number this server takes");
        }
        long length = 0;
        for (int i = start; i < end; i++) {
            int digit = head.bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return HeadParser.bad(head, "the Content-Length is not a number");
            }
            length = length * 10 + digit;
        }
        head.contentLength = length;
        boolean zeros = end - start > 1 && head.bytes[start] == '0';
        head.oddFraming |= zeros || isOdd(head, start, end);
        return Progress.COMPLETE;
    }

    /** Whether there is other white space around a value than one space before it. */
    private static boolean isOdd(Head head, int start, int end) {
        int span = (head.count - 1) * Head.STRIDE;
        return start != head.spans[span + 1] + 2
                || head.bytes[start - 1] != ' '
                || end != head.spans[span + 4] - 2;
    }

    /** Writes anew what says where the message ends, if another reader might stumble over it. */
    private static void straighten(Head head) {
        if (!head.oddFraming) {
            return;
        }
        if (head.chunked) {
            head.drop(FieldName.TRANSFER_ENCODING);
            head.addLine(CHUNKED_LINE, "transfer-encoding".length());
        } else {
            head.drop(FieldName.CONTENT_LENGTH);
            head.bodyLength(head.contentLength);
        }
    }

    /** Whether a list names a word, with or without parameters. */
    private static boolean names(byte[] b, int start, int end, byte[] word) {
        int from = start;
        for (int i = start; i <= end; i++) {
            if (i == end || b[i] == ',' || b[i] == ';') {
                while (from < i && (b[from] == ' ' || b[from] == '\t')) {
                    from++;
                }
                int to = i;
                while (to > from && (b[to - 1] == ' ' || b[to - 1] == '\t')) {
                    to--;
                }
                if (FieldName.sameIgnoringCase(word, b, from, to)) {
                    return true;
                }
                from = i + 1;
            }
        }
        return false;
    }

    private static void connection(Head head, int start, int end) {
        byte[] b = head.bytes;
        int i = start;
        while (i < end) {
            int from = i;
            while (i < end && b[i] != ',') {
                i++;
            }
            int to = i++;
            while (from < to && (b[from] == ' ' || b[from] == '\t')) {
                from++;
            }
            while (to > from && (b[to - 1] == ' ' || b[to - 1] == '\t')) {
                to--;
            }
            if (FieldName.sameIgnoringCase(CLOSE, b, from, to)) {
                head.close = true;
            } else if (FieldName.sameIgnoringCase(KEEP_ALIVE, b, from, to)) {
                head.keepAlive = true;
            } else if (FieldName.sameIgnoringCase(UPGRADE, b, from, to)) {
                head.upgrade = true;
            } else if (to > from) {
                head.nominates = true;
            }
        }
    }

    static Progress checkRequest(Head head) {
        if (head.chunked) {
            if (head.contentLength >= 0) {
                return HeadParser.bad(head, "there are both Content-Length and Transfer-Encoding");
            }
            if (head.version == 10) {
                return HeadParser.bad(head, "HTTP/1.0 has no Transfer-Encoding");
            }
        }
        if (head.hasFramedBody() && head.methodIs("TRACE")) {
            return HeadParser.bad(head, "TRACE has no body");
        }
        straighten(head);
        Progress settled = RequestLine.settleTarget(head);
        if (settled == Progress.COMPLETE && head.bytes[head.pathStart] != '*') {
            settled = settlePath(head);
        }
        if (settled != Progress.COMPLETE) {
            return settled;
        }
        int host = head.find(FieldName.HOST, 0);
        if (host < 0) {
            return head.version == 10
                    ? Progress.COMPLETE
                    : HeadParser.bad(head, "there is no Host field");
        }
        return host(head, head.spans[host * Head.STRIDE + 2], head.spans[host * Head.STRIDE + 3]);
    }

    /** Adds the host that was left out: the address that was called. */
    static void addHost(Head head, InetSocketAddress called) {
        String ip = called.getAddress().getHostAddress();
        String name = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
        head.add(FieldName.HOST, name + ":" + called.getPort());
        head.hostStart = head.spans[(head.count - 1) * Head.STRIDE + 2];
        head.hostEnd = head.hostStart + name.length();
        head.hostPort = called.getPort();
    }

    private static Progress settlePath(Head head) {
        int end = PathForm.settle(head.bytes, head.pathStart, head.pathEnd);
        if (end < 0) {
            return HeadParser.bad(
                    head,
                    end == PathForm.ASTRAY
                            ? "the path has dot segments that lead astray"
                            : "the path has an escape or a character that is not taken");
        }
        int less = head.pathEnd - end;
        if (less > 0) {
            byte[] b = head.bytes;
            System.arraycopy(b, head.pathEnd, b, end, head.startLineEnd - head.pathEnd);
            head.pathEnd -= less;
            head.targetEnd -= less;
            head.startLineEnd -= less;
        }
        return Progress.COMPLETE;
    }

    static Progress checkAnswer(Head head) {
        if (head.chunked && head.contentLength >= 0) {
            return HeadParser.bad(head, "there are both Content-Length and Transfer-Encoding");
        }
        if (head.chunked && head.version == 10) {
            return HeadParser.bad(head, "HTTP/1.0 has no Transfer-Encoding");
        }
        straighten(head);
        if (head.bytes[head.startLine + STATUS_END] == '\r') {
            // the space before the reason is left out with the reason: some readers miss it
            int start = head.limit;
            head.append(Status.line(head.status));
            head.startLine = start;
            head.startLineEnd = head.limit;
        }
        if (head.status < 200 || head.status == 204) {
            // it has no body, whatever it says: whoever believed it would take the next answer
            head.chunked = false;
            head.contentLength = -1;
            head.drop(FieldName.CONTENT_LENGTH);
            head.drop(FieldName.TRANSFER_ENCODING);
        }
        return Progress.COMPLETE;
    }

    /** Finds the name in {@code name}, {@code name:port}, {@code [v6]} or {@code [v6]:port}. */
    private static Progress host(Head head, int start, int end) {
        byte[] b = head.bytes;
        if (start == end) {
            return HeadParser.bad(head, "the Host is empty");
        }
        int i = start;
        if (b[i] == '[') {
            while (i < end && b[i] != ']') {
                if (b[i] != '[' && b[i] != ':' && b[i] != '.' && Character.digit(b[i], 16) < 0) {
                    return HeadParser.bad(head, "the Host is not a name or an address");
                }
                i++;
            }
            i++;
            if (i <= end && !isAddress(head.text(start + 1, i - 1))) {
                return HeadParser.bad(head, "the Host is not a name or an address");
            }
        } else {
            while (i < end && b[i] != ':') {
                if (!hostCharacter(b[i])) {
                    return HeadParser.bad(head, "the Host is not a name or an address");
                }
                i++;
            }
        }
        int nameEnd = Math.min(i, end);
        if (i > end || (i < end && b[i] != ':')) {
            return HeadParser.bad(head, "the Host is not a name or an address");
        }
        if (nameEnd - start <= (b[start] == '[' ? 2 : 0)) {
            return HeadParser.bad(head, "the Host is empty");
        }
        int port = 0;
        for (i++; i < end; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return HeadParser.bad(head, "the port of the Host is not a number");
            }
            port = Math.min(port * 10 + b[i] - '0', PORT_TOO_LARGE);
        }
        if (port == PORT_TOO_LARGE) {
            return HeadParser.bad(head, "the port of the Host is larger than any port");
        }
        head.hostPort = port;
        head.hostStart = start;
        head.hostEnd = nameEnd > start + 1 && b[nameEnd - 1] == '.' ? nameEnd - 1 : nameEnd;
        return Progress.COMPLETE;
    }

    private static boolean isAddress(String text) {
        if (text.isEmpty()) {
            // said of it in words of its own
            return true;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 4 || text.indexOf(':') >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean hostCharacter(byte c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
