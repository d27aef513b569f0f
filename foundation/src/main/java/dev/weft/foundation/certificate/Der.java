package dev.weft.foundation.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The distinguished encoding of the ASN.1 types that a certificate is made of: each method gives
 * the bytes of one element, and elements are nested by passing them on. Any thread.
 */
final class Der {
    private static final DateTimeFormatter TWO_DIGIT_YEAR =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter FOUR_DIGIT_YEAR =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** RFC 5280: two digits for the year through 2049, four from 2050 on. */
    private static final Instant YEAR_2050 = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    static byte[] sequence(byte[]... elements) {
        return element(0x30, concat(elements));
    }

    static byte[] set(byte[]... elements) {
        return element(0x31, concat(elements));
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return element(0x01, new byte[] {(byte) (value ? 0xff : 0)});
    }

    static byte[] octets(byte[] value) {
        return element(0x04, value);
    }

    /** A bit string of whole bytes. */
    static byte[] bits(byte[] value) {
        return element(0x03, concat(new byte[] {0}, value));
    }

    /** A bit string of named bits, as DER wants it: without trailing zero bits. */
    static byte[] namedBits(int... positions) {
        int highest = 0;
        for (int position : positions) {
            highest = Math.max(highest, position);
        }
        byte[] content = new byte[highest / 8 + 2];
        content[0] = (byte) (7 - highest % 8);
        for (int position : positions) {
            content[position / 8 + 1] |= (byte) (0x80 >> (position % 8));
        }
        return element(0x03, content);
    }

    static byte[] text(String value) {
        return element(0x0c, value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant time) {
        return time.isBefore(YEAR_2050)
                ? element(0x17, ascii(TWO_DIGIT_YEAR.format(time)))
                : element(0x18, ascii(FOUR_DIGIT_YEAR.format(time)));
    }

    /** An object identifier as people write it: {@code 2.5.29.17}. */
    static byte[] identifier(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        var content = new ByteArrayOutputStream();
        content.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            writeBase128(content, Long.parseLong(arcs[i]));
        }
        return element(0x06, content.toByteArray());
    }

    /** A context-specific tag around whole elements. */
    static byte[] tagged(int number, byte[]... elements) {
        return element(0xa0 | number, concat(elements));
    }

    /** A context-specific tag in the place of the content's own. */
    static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    static byte[] ascii(String value) {
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream(content.length + 6);
        out.write(tag);
        writeLength(out, content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
        out.write(0x80 | bytes);
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write(length >>> shift);
        }
    }

    private static void writeBase128(ByteArrayOutputStream out, long value) {
        int groups = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
        for (int group = groups - 1; group >= 0; group--) {
            int bits = (int) (value >>> (group * 7)) & 0x7f;
            out.write(group == 0 ? bits : bits | 0x80);
        }
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
