package dev.weft.dataplane.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http2.frame.FrameReader;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Frames are the same however they are cut. */
@ExtendWith(Seeds.class)
class FrameReaderTest {
    /** Writes down what it is told, pieces of data joined. */
    private static final class Told implements FrameReader.Sink {
        final StringBuilder text = new StringBuilder();

        @Override
        public boolean frame(int type, int flags, int stream, int length) {
            text.append('\n').append(type).append(' ').append(flags).append(' ').append(stream);
            return length <= FrameType.PAYLOAD_MAX;
        }

        @Override
        public boolean payload(int type, int flags, int stream, ByteBuf buf, int from, int length) {
            bytes(buf, from, length);
            return true;
        }

        @Override
        public boolean data(int stream, ByteBuf buf, int from, int length) {
            bytes(buf, from, length);
            return true;
        }

        private void bytes(ByteBuf buf, int from, int length) {
            for (int i = from; i < from + length; i++) {
                text.append(' ').append(buf.getByte(i));
            }
        }

        @Override
        public boolean badPadding() {
            text.append(" bad");
            return false;
        }

        @Override
        public boolean dataEnd(int stream, boolean last) {
            text.append(last ? " last" : " end");
            return true;
        }
    }

    @Test
    void framesAreTheSameHoweverTheyAreCut(Seed seed) {
        Chance chance = seed.chance();
        for (int round = 0; round < 500; round++) {
            byte[] bytes = frames(chance);
            var whole = new Told();
            feed(new FrameReader(whole), bytes, bytes.length, chance);
            var cut = new Told();
            feed(new FrameReader(cut), bytes, 7, chance);
            assertThat(cut.text.toString()).isEqualTo(whole.text.toString());
        }
    }

    private static byte[] frames(Chance chance) {
        var out = new ByteArrayOutputStream();
        int count = 1 + chance.below(6);
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[chance.below(40)];
            for (int j = 0; j < payload.length; j++) {
                payload[j] = (byte) chance.below(20);
            }
            out.writeBytes(
                    RawPeer.bytes(chance.below(11), chance.below(64), chance.below(9), payload));
        }
        return out.toByteArray();
    }

    private static void feed(FrameReader reader, byte[] bytes, int piece, Chance chance) {
        boolean more = true;
        for (int at = 0; at < bytes.length && more; ) {
            int some = Math.min(bytes.length - at, 1 + chance.below(piece));
            some = piece == bytes.length ? bytes.length : some;
            ByteBuf buf = Unpooled.wrappedBuffer(bytes, at, some);
            more = reader.read(buf, ByteBufAllocator.DEFAULT);
            buf.release();
            at += some;
        }
        reader.drop();
    }
}
