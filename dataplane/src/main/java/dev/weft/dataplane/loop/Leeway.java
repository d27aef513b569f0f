package dev.weft.dataplane.loop;

import io.netty.channel.Channel;

/**
 * How much the kernel takes of one connection that it cannot send yet: little, as callers who stall
 * cost that much each; more for one who has shown that it takes what it is sent, since each time
 * the kernel is full and is filled again costs more than the bytes. Its event loop.
 */
public final class Leeway {
    static final long LITTLE = 128 * 1024;
    static final long MUCH = 2 * 1024 * 1024;

    /** Full and emptied so often within so long, each time of 64 KiB at least: it reads on. */
    private static final int OFTEN = 8;

    private static final long WITHIN_NANOS = 500_000_000L;

    /** Who has not filled what it may for so long has no use for it. */
    private static final long UNUSED_NANOS = 1_000_000_000L;

    private final Channel channel;
    private final Leeways all;
    private boolean full;
    private boolean wide;
    private boolean awaitsEnd;
    private int times;
    private long first;
    private long turned;

    Leeway(Channel channel, Leeways all) {
        this.channel = channel;
        this.all = all;
    }

    /** The kernel takes no more for now. */
    public void full(long now) {
        full = true;
        turned = now;
    }

    /** The kernel has taken all that waited. */
    public void taken(long now) {
        full = false;
        turned = now;
        if (wide) {
            return;
        }
        if (now - first > WITHIN_NANOS) {
            first = now;
            times = 0;
        }
        if (++times == OFTEN) {
            times = 0;
            wide = all.widen(this, now);
            if (wide && !awaitsEnd) {
                awaitsEnd = true;
                channel.closeFuture().addListener(closed -> all.closed(this));
            }
        }
    }

    /** Whether it may be taken back: what the kernel holds of one who stalls it goes on holding. */
    boolean unused(long now) {
        return !full && now - turned > UNUSED_NANOS;
    }

    void narrow() {
        wide = false;
    }

    Channel channel() {
        return channel;
    }
}
