package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Hops;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Peer;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.chance.Chance;
import java.nio.charset.StandardCharsets;

/**
 * Says to a backend who called, by one rule: what a caller claims of itself is dropped, and what
 * the connection shows is put in its place. So {@code forwarded} goes, and {@code x-forwarded-for},
 * {@code -proto} and {@code -host} are always Weft's. A request id and a trace parent that are well
 * formed are taken over, others are made. Fields that belong to the connection end here.
 */
public final class CallerFields implements Filter {
    private static final byte[] FOR = bytes("x-forwarded-for");
    private static final byte[] HOST = bytes("x-forwarded-host");
    private static final byte[] PROTO_HTTP = bytes("x-forwarded-proto: http\r\n");
    private static final byte[] PROTO_HTTPS = bytes("x-forwarded-proto: https\r\n");
    private static final byte[] REQUEST_ID = bytes("x-request-id");
    private static final byte[] TRACEPARENT = bytes("traceparent");
    private static final byte[] VERSION = bytes("00-");
    private static final byte[] SAMPLED = bytes("-01");
    private static final byte[] HEX = bytes("0123456789abcdef");
    private static final int REQUEST_ID_MAX = 128;
    private static final int TRACEPARENT_LENGTH = 55;
    private static final long CLAIMS =
            Hops.bit(FieldName.X_FORWARDED_FOR)
                    | Hops.bit(FieldName.X_FORWARDED_PROTO)
                    | Hops.bit(FieldName.X_FORWARDED_HOST)
                    | Hops.bit(FieldName.FORWARDED)
                    | Hops.bit(FieldName.WEFT_CAUSE)
                    | Hops.bit(FieldName.WEFT_OBJECT);

    private final Chance[] chances;

    /**
     * @param chances one for each event loop
     */
    public CallerFields(Chance[] chances) {
        this.chances = chances.clone();
    }

    @Override
    public Service over(Service next) {
        return exchange -> {
            write(exchange);
            next.serve(exchange);
        };
    }

    private void write(Exchange exchange) {
        Head head = exchange.request();
        Hops.dropFromRequest(head, CLAIMS);
        Peer peer = exchange.peer();
        int start = head.beginField(FOR);
        head.append(exchange.callerIp());
        head.endField(start, FOR.length);
        boolean https = peer.encrypted();
        head.addLine(https ? PROTO_HTTPS : PROTO_HTTP, "x-forwarded-proto".length());
        int host = head.find(FieldName.HOST, 0);
        if (host >= 0) {
            start = head.beginField(HOST);
            head.append(head.bytes(), head.valueStart(host), head.valueEnd(host));
            head.endField(start, HOST.length);
        }
        Chance chance = chances[exchange.home().index()];
        if (!hasRequestId(head)) {
            head.drop(FieldName.X_REQUEST_ID);
            start = head.beginField(REQUEST_ID);
            hex(head, chance.next());
            hex(head, chance.next());
            head.endField(start, REQUEST_ID.length);
        }
        if (!hasTraceparent(head)) {
            head.drop(FieldName.TRACEPARENT);
            head.drop(FieldName.TRACESTATE);
            start = head.beginField(TRACEPARENT);
            head.append(VERSION);
            hex(head, chance.next() | 1);
            hex(head, chance.next());
            head.append((byte) '-');
            hex(head, chance.next() | 1);
            head.append(SAMPLED);
            head.endField(start, TRACEPARENT.length);
        }
    }

    private static boolean hasRequestId(Head head) {
        int field = head.find(FieldName.X_REQUEST_ID, 0);
        if (field < 0 || head.find(FieldName.X_REQUEST_ID, field + 1) >= 0) {
            return false;
        }
        int start = head.valueStart(field);
        int end = head.valueEnd(field);
        for (int i = start; i < end; i++) {
            if (head.bytes()[i] <= ' ') {
                return false;
            }
        }
        return end > start && end - start <= REQUEST_ID_MAX;
    }

    private static boolean hasTraceparent(Head head) {
        int field = head.find(FieldName.TRACEPARENT, 0);
        if (field < 0 || head.find(FieldName.TRACEPARENT, field + 1) >= 0) {
            return false;
        }
        int start = head.valueStart(field);
        int length = head.valueEnd(field) - start;
        byte[] b = head.bytes();
        if (length < TRACEPARENT_LENGTH || (length > TRACEPARENT_LENGTH && !goesOn(b, start))) {
            return false;
        }
        for (int i = 0; i < TRACEPARENT_LENGTH; i++) {
            boolean dash = i == 2 || i == 35 || i == 52;
            byte c = b[start + i];
            boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (dash ? c != '-' : !digit) {
                return false;
            }
        }
        return (b[start] != 'f' || b[start + 1] != 'f')
                && !allZero(b, start + 3, start + 35)
                && !allZero(b, start + 36, start + 52);
    }

    /** A version to come may say more behind what this one says. */
    private static boolean goesOn(byte[] b, int start) {
        boolean first = b[start] == '0' && b[start + 1] == '0';
        return !first && b[start + TRACEPARENT_LENGTH] == '-';
    }

    private static boolean allZero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != '0') {
                return false;
            }
        }
        return true;
    }

    private static void hex(Head head, long value) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            head.append(HEX[(int) (value >>> shift) & 15]);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
