package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Hops;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Peer;
import dev.weft.dataplane.service.Secured;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.text.Hex;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Says to a backend who called, by one rule: what a caller claims of itself is dropped, and what
 * the connection shows is put in its place. That is {@code forwarded}, all of {@code x-forwarded-*}
 * and all of {@code weft-*}. Only a peer that the listener trusts is believed: what it says stays,
 * and its own address is added to {@code x-forwarded-for}, and to {@code forwarded} where it sends
 * that. A request id and a trace parent that are well formed are taken over, others are made.
 * Fields that belong to the connection end here.
 *
 * <p>Whether a request is traced is decided once, here, and stands in the flags of {@code
 * traceparent} from then on. A peer that the listener trusts has decided already. Of anybody else's
 * requests and of those without a trace a share is taken, drawn by the trace id, so that everything
 * of one trace falls together; a caller who says that it is not to be traced is taken at its word.
 *
 * <p>{@code weft-hops} counts how often a request has passed, whoever says so: a loop is stopped.
 */
public final class CallerFields implements Filter {
    private static final byte[] FOR = bytes("x-forwarded-for");
    private static final byte[] HOST = bytes("x-forwarded-host");
    private static final byte[] PROTO_HTTP = bytes("x-forwarded-proto: http\r\n");
    private static final byte[] PROTO_HTTPS = bytes("x-forwarded-proto: https\r\n");
    private static final String REQUEST_ID = "x-request-id";
    private static final String TRACEPARENT = "traceparent";
    private static final int REQUEST_ID_MAX = 128;
    private static final int TRACEPARENT_LENGTH = 55;
    private static final long CLAIMS =
            Hops.bit(FieldName.X_FORWARDED_FOR)
                    | Hops.bit(FieldName.X_FORWARDED_PROTO)
                    | Hops.bit(FieldName.X_FORWARDED_HOST)
                    | Hops.bit(FieldName.FORWARDED)
                    | Hops.bit(FieldName.X_FORWARDED_CLIENT_CERT)
                    | Hops.bit(FieldName.WEFT_CAUSE)
                    | Hops.bit(FieldName.WEFT_OBJECT)
                    | Hops.bit(FieldName.OTHER_FORWARDED)
                    | Hops.bit(FieldName.OTHER_WEFT);

    /** How often a request may pass through Weft. */
    private static final int HOPS_MAX = 16;

    private static final byte[] FIRST_HOP = bytes("weft-hops: 1\r\n");
    private static final byte[] CLIENT_CERT = bytes("x-forwarded-client-cert");
    private static final byte[] LIST = bytes(", ");
    private static final Refusal LOOP =
            new Refusal(
                    508,
                    "loop-detected",
                    "",
                    "This request has passed through Weft " + HOPS_MAX + " times.");

    private final Chance[] chances;
    private final MadeUp[] identities;
    private volatile Share sampled = Share.all();

    /**
     * @param chances one for each event loop
     */
    public CallerFields(Chance[] chances) {
        this.chances = chances.clone();
        this.identities = new MadeUp[chances.length];
        Arrays.setAll(identities, unused -> new MadeUp());
    }

    /** Which share is traced, of what nobody has decided about. */
    public void sampling(Share share) {
        sampled = share;
    }

    @Override
    public Service over(Service next) {
        return over(next, null);
    }

    /** The same, with a share of its own that is traced; null: the usual one. */
    public Filter tracing(@Nullable Share share) {
        return next -> over(next, share);
    }

    private Service over(Service next, @Nullable Share traced) {
        return exchange -> {
            if (!countsHop(exchange.request())) {
                exchange.refuse(LOOP);
            } else if (!MaxForwards.ends(exchange)) {
                write(exchange, traced == null ? sampled : traced);
                next.serve(exchange);
            }
        };
    }

    /** Counts the passage on; false when there were too many. The count is believed of anybody. */
    private static boolean countsHop(Head head) {
        int field = head.find(FieldName.WEFT_HOPS, 0);
        if (field < 0) {
            head.addLine(FIRST_HOP, FieldName.WEFT_HOPS);
            return true;
        }
        int hops = 0;
        for (int i = head.valueStart(field); i < head.valueEnd(field); i++) {
            int digit = head.bytes()[i] - '0';
            hops = digit < 0 || digit > 9 ? HOPS_MAX : Math.min(HOPS_MAX, hops * 10 + digit);
        }
        if (hops >= HOPS_MAX || head.find(FieldName.WEFT_HOPS, field + 1) >= 0) {
            return false;
        }
        head.drop(FieldName.WEFT_HOPS);
        head.add(FieldName.WEFT_HOPS, Integer.toString(hops + 1));
        return true;
    }

    private void write(Exchange exchange, Share traced) {
        Head head = exchange.request();
        Peer peer = exchange.peer();
        boolean believed = peer.trusted();
        Hops.dropFromRequest(head, believed ? 0 : CLAIMS);
        forwardedFor(head, exchange.callerIp());
        if (believed && head.find(FieldName.FORWARDED, 0) >= 0) {
            forwarded(head, exchange.callerIp());
        }
        if (head.find(FieldName.X_FORWARDED_PROTO, 0) < 0) {
            boolean https = peer.encrypted();
            head.addLine(https ? PROTO_HTTPS : PROTO_HTTP, FieldName.X_FORWARDED_PROTO);
        }
        int host = head.find(FieldName.HOST, 0);
        if (host >= 0 && head.find(FieldName.X_FORWARDED_HOST, 0) < 0) {
            int start = head.beginField(HOST);
            head.append(head.bytes(), head.valueStart(host), head.valueEnd(host));
            head.endField(start, HOST.length);
        }
        if (peer.tls().isPresent()) {
            clientCertificate(head, peer);
        }
        identify(exchange, head, traced);
    }

    /** The caller's address, behind what a believed caller says of those before it. */
    private static void forwardedFor(Head head, byte[] callerIp) {
        int field = head.find(FieldName.X_FORWARDED_FOR, 0);
        int start = head.beginField(FOR);
        while (field >= 0) {
            head.append(head.bytes(), head.valueStart(field), head.valueEnd(field));
            head.append(LIST);
            field = head.find(FieldName.X_FORWARDED_FOR, field + 1);
        }
        head.drop(FieldName.X_FORWARDED_FOR);
        head.append(callerIp);
        head.endField(start, FOR.length);
    }

    /** A list in several fields is one list. */
    private static void forwarded(Head head, byte[] callerIp) {
        String ip = new String(callerIp, StandardCharsets.US_ASCII);
        head.add(FieldName.FORWARDED, ip.indexOf(':') < 0 ? "for=" + ip : "for=\"[" + ip + "]\"");
    }

    /** What a verified certificate says, in place of whatever was claimed. */
    private static void clientCertificate(Head head, Peer peer) {
        Secured tls = peer.tls().orElseThrow();
        if (tls.certificate().isEmpty()) {
            return;
        }
        var text = new StringBuilder();
        tls.uris()
                .forEach(uri -> text.append(text.isEmpty() ? "" : ";").append("URI=").append(uri));
        tls.dnsNames()
                .forEach(
                        name -> text.append(text.isEmpty() ? "" : ";").append("DNS=").append(name));
        head.drop(FieldName.X_FORWARDED_CLIENT_CERT);
        if (text.chars().allMatch(c -> c > ' ' && c < 127 && c != ',' && c != '"')) {
            int start = head.beginField(CLIENT_CERT);
            head.append(bytes(text.toString()));
            head.endField(start, CLIENT_CERT.length);
        }
    }

    private void identify(Exchange exchange, Head head, Share traced) {
        int loop = exchange.home().index();
        if (!hasRequestId(head)) {
            head.drop(FieldName.X_REQUEST_ID);
            head.addLine(identities[loop].request(chances[loop]), FieldName.X_REQUEST_ID);
        }
        if (!hasTraceparent(head)) {
            head.drop(FieldName.TRACEPARENT);
            head.drop(FieldName.TRACESTATE);
            head.addLine(identities[loop].trace(chances[loop], traced), FieldName.TRACEPARENT);
        } else if (traced.parts() < traced.of() && !exchange.peer().trusted()) {
            decide(head, traced);
        }
    }

    /** By the last 56 bits of a trace id, which are drawn at random wherever it was made. */
    private static boolean takes(Share share, long low) {
        return share.takes((low & 0xFF_FFFF_FFFF_FFFFL) * 0x1.0p-56);
    }

    /** Takes back what a caller has decided that is not believed, in place. */
    private static void decide(Head head, Share traced) {
        byte[] b = head.bytes();
        int start = head.valueStart(head.find(FieldName.TRACEPARENT, 0));
        long low = 0;
        for (int i = start + 19; i < start + 35; i++) {
            low = low << 4 | Character.digit(b[i], 16);
        }
        int flags = start + TRACEPARENT_LENGTH - 1;
        int digit = Character.digit(b[flags], 16);
        if ((digit & 1) != 0 && !takes(traced, low)) {
            b[flags] = (byte) Character.forDigit(digit & ~1, 16);
        }
    }

    /** The lines that say who a request is, written over and over again. Its event loop. */
    private static final class MadeUp {
        private static final int DIGITS = 16;

        private final byte[] request = line(REQUEST_ID, "0".repeat(DIGITS * 2));
        private final byte[] trace =
                line(
                        TRACEPARENT,
                        "00-" + "0".repeat(DIGITS * 2) + "-" + "0".repeat(DIGITS) + "-01");

        private static byte[] line(String name, String value) {
            return bytes(name + ": " + value + "\r\n");
        }

        byte[] request(Chance chance) {
            int at = REQUEST_ID.length() + 2;
            Hex.write(chance.next(), request, at);
            Hex.write(chance.next(), request, at + DIGITS);
            return request;
        }

        byte[] trace(Chance chance, Share traced) {
            int at = TRACEPARENT.length() + 2 + "00-".length();
            Hex.write(chance.next() | 1, trace, at);
            long low = chance.next();
            Hex.write(low, trace, at + DIGITS);
            Hex.write(chance.next() | 1, trace, at + DIGITS * 2 + 1);
            trace[trace.length - 3] = (byte) (takes(traced, low) ? '1' : '0');
            return trace;
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
