package dev.weft.api.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one protobuf message, field by field. Belongs to one thread. */
public final class ProtobufOutput {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public ProtobufOutput text(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    public ProtobufOutput message(int number, ProtobufOutput message) {
        return bytes(number, message.toBytes());
    }

    public ProtobufOutput flag(int number, boolean value) {
        return number(number, value ? 1 : 0);
    }

    public ProtobufOutput number(int number, long value) {
        varint((long) number << 3 | ProtobufInput.VARINT);
        varint(value);
        return this;
    }

    public ProtobufOutput decimal(int number, double value) {
        varint((long) number << 3 | ProtobufInput.FIXED64);
        long bits = Double.doubleToLongBits(value);
        for (int i = 0; i < 8; i++) {
            out.write((int) (bits >>> (8 * i)) & 0xff);
        }
        return this;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private ProtobufOutput bytes(int number, byte[] value) {
        varint((long) number << 3 | ProtobufInput.BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }
}
