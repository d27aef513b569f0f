package dev.weft.dataplane.http.body;

import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;

/**
 * A WebSocket that is passed on: when it has lasted long enough, and where its frames end, since
 * only between two of them may a good-bye be put in. Its event loop.
 */
public final class Tunnel {
    private static final long NEVER = Long.MAX_VALUE / 2;

    /** How often the end of a frame is waited for, a second each. */
    private static final int PATIENCE = 5;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Close, 1001: going away. */
    private static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xe9};

    /** The same as a client sends it, masked with nothing. */
    private static final byte[] GOING_AWAY_MASKED = {
        (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9
    };

    private static final byte[] NOTHING = {};

    private final Frames up = new Frames();
    private final Frames down = new Frames();
    private final long idleNanos;
    private long end;
    private int waited;

    /**
     * @param idleNanos how long it may be silent; 0: as long as it likes
     * @param lastingNanos how long it may last, a tenth more or less; 0: as long as it likes
     */
    public Tunnel(long now, long idleNanos, long lastingNanos) {
        this.idleNanos = idleNanos;
        this.end = lastingNanos == 0 ? NEVER : now + spread(lastingNanos, now);
    }

    /** A little shorter or longer, by when it began. */
    private static long spread(long nanos, long now) {
        return nanos / 10 * 9 + (long) (nanos / 5 * ((now >>> 10 & 1023) / 1024.0));
    }

    /** How long to wait for what comes next, at most; 0: as long as it takes. */
    public long patience(long now) {
        if (end == NEVER) {
            return idleNanos;
        }
        long left = Math.max(1, end - now);
        return idleNanos == 0 ? left : Math.min(idleNanos, left);
    }

    public void wentUp(Chunk chunk) {
        up.passed(chunk);
    }

    public void wentDown(Chunk chunk) {
        down.passed(chunk);
    }

    /** Whether it has lasted long enough, and no more than that. */
    public boolean isOver(long now) {
        return now >= end;
    }

    /** It has lasted long enough, whatever was said before. */
    public void endNow(long now) {
        end = now;
    }

    /** Whether to wait a little for the frames at work to end. */
    public boolean waits(long now) {
        boolean waits = !(up.between() && down.between()) && waited++ < PATIENCE;
        if (waits) {
            end = now + SECOND_NANOS;
        }
        return waits;
    }

    /** The good-byes are said: it goes on for a moment, for an endpoint to end it too. */
    public void part(long now) {
        end = now + SECOND_NANOS;
    }

    /** What to say to the endpoint: nothing when it would not be understood. */
    public Chunk lastUp() {
        return ByteChunk.of(up.between() ? GOING_AWAY_MASKED.clone() : NOTHING);
    }

    /** What to say to the caller: nothing when it would not be understood. */
    public Chunk lastDown() {
        return ByteChunk.of(down.between() ? GOING_AWAY.clone() : NOTHING);
    }

    /** How far the frames of one direction have come. */
    static final class Frames {
        private static final int LENGTH_OF_2 = 126;
        private static final int LENGTH_OF_8 = 127;

        /** Bytes of the head that have come, and how many it has as far as is known. */
        private int seen;

        private int needed = 2;
        private int lengthBytes;
        private long length;
        private long left;
        private boolean lost;

        boolean between() {
            return !lost && left == 0 && seen == 0;
        }

        void passed(Chunk chunk) {
            switch (chunk) {
                case Bytes bytes -> passed(bytes.buf(), bytes.from(), bytes.length());
                case Bytes.HeldBytes held ->
                        passed(held.slice(), held.slice().readerIndex(), held.length());
                default -> lost = true;
            }
        }

        private void passed(ByteBuf buf, int from, int count) {
            int at = from;
            int end = from + count;
            while (at < end && !lost) {
                if (left > 0) {
                    long some = Math.min(left, end - at);
                    left -= some;
                    at += (int) some;
                } else {
                    head(buf.getByte(at++) & 0xff);
                }
            }
        }

        private void head(int b) {
            seen++;
            if (seen == 2) {
                int said = b & 0x7f;
                lengthBytes = said == LENGTH_OF_2 ? 2 : said == LENGTH_OF_8 ? 8 : 0;
                length = lengthBytes == 0 ? said : 0;
                needed = 2 + lengthBytes + ((b & 0x80) == 0 ? 0 : 4);
            } else if (seen > 2 && seen <= 2 + lengthBytes) {
                length = length << 8 | b;
                lost = length < 0;
            }
            if (seen >= 2 && seen == needed) {
                left = length;
                seen = 0;
                needed = 2;
            }
        }
    }
}
