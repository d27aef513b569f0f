package dev.weft.api.codec;

import java.util.Arrays;

/** The bytes of one message, read from front to end. Belongs to one thread. */
final class ProtobufInput {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    private static final int GROUP = 3;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;

    ProtobufInput(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** The number of the next field, shifted by three, and the form of its value. */
    int tag() {
        long tag = varint();
        if (tag <= 7 || tag > Integer.MAX_VALUE) {
            throw new MalformedException("protobuf: illegal tag " + tag);
        }
        return (int) tag;
    }

    long number(int tag) {
        return switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> fixed(8);
            case FIXED32 -> (int) fixed(4);
            default -> throw wrongForm(tag);
        };
    }

    double decimal(int tag) {
        if ((tag & 7) != FIXED64) {
            throw wrongForm(tag);
        }
        return Double.longBitsToDouble(fixed(8));
    }

    String text(int tag) {
        int length = length(tag);
        String text = Protobuf.utf8(bytes, at, length);
        at += length;
        return text;
    }

    byte[] bytes(int tag) {
        int length = length(tag);
        byte[] part = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return part;
    }

    ProtobufInput message(int tag) {
        int length = length(tag);
        var message = new ProtobufInput(bytes, at, at + length);
        at += length;
        return message;
    }

    void skip(int tag) {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> fixed(8);
            case BYTES -> {
                // The length moves the place itself, so it must be known before the sum is made.
                int length = length(tag);
                at += length;
            }
            case FIXED32 -> fixed(4);
            default -> throw wrongForm(tag);
        }
    }

    private int length(int tag) {
        if ((tag & 7) != BYTES) {
            throw wrongForm(tag);
        }
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new MalformedException("protobuf: unexpected end, at byte " + at);
        }
        return (int) length;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new MalformedException("protobuf: unexpected end, at byte " + at);
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("protobuf: integer overflow, at byte " + at);
    }

    private long fixed(int size) {
        if (end - at < size) {
            throw new MalformedException("protobuf: unexpected end, at byte " + at);
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (bytes[at++] & 0xffL) << (8 * i);
        }
        return value;
    }

    private static MalformedException wrongForm(int tag) {
        int form = tag & 7;
        return new MalformedException(
                form == GROUP
                        ? "protobuf: groups are not supported"
                        : "protobuf: wrong wire type " + form + " for field " + (tag >>> 3));
    }
}
