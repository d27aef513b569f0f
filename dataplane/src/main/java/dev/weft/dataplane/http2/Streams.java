package dev.weft.dataplane.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of a connection by their number, and the numbers of some that this end has
 * reset: what the peer still sends on those crossed the reset on its way. Its event loop.
 */
final class Streams {
    private static final int RESET_KEPT = 64;

    private @Nullable Stream[] slots = new Stream[16];
    private int count;
    private int[] reset = {};
    private int resetAt;

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    @Nullable Stream get(int id) {
        int mask = slots.length - 1;
        for (int i = slot(id, mask); slots[i] != null; i = (i + 1) & mask) {
            if (slots[i].id == id) {
                return slots[i];
            }
        }
        return null;
    }

    private static int slot(int id, int mask) {
        return (id >>> 1) & mask;
    }

    void put(Stream stream) {
        if (count * 2 >= slots.length) {
            grow();
        }
        place(slots, stream);
        count++;
    }

    private static void place(@Nullable Stream[] into, Stream stream) {
        int mask = into.length - 1;
        int i = slot(stream.id, mask);
        while (into[i] != null) {
            i = (i + 1) & mask;
        }
        into[i] = stream;
    }

    private void grow() {
        var next = new Stream[slots.length * 2];
        for (Stream stream : slots) {
            if (stream != null) {
                place(next, stream);
            }
        }
        slots = next;
    }

    void remove(Stream stream) {
        int mask = slots.length - 1;
        int i = slot(stream.id, mask);
        while (slots[i] != stream) {
            if (slots[i] == null) {
                return;
            }
            i = (i + 1) & mask;
        }
        count--;
        // close the gap, so that no search stops at it
        int gap = i;
        slots[gap] = null;
        for (i = (i + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            int home = slot(slots[i].id, mask);
            if (((i - home) & mask) >= ((i - gap) & mask)) {
                slots[gap] = slots[i];
                slots[i] = null;
                gap = i;
            }
        }
    }

    /** The open streams, as they are now. */
    Stream[] all() {
        return Arrays.stream(slots).filter(stream -> stream != null).toArray(Stream[]::new);
    }

    /** Remembers that this end reset a stream. */
    void wasReset(int id) {
        if (reset.length == 0) {
            reset = new int[RESET_KEPT];
        }
        reset[resetAt++ & RESET_KEPT - 1] = id;
    }

    boolean isReset(int id) {
        for (int one : reset) {
            if (one == id) {
                return true;
            }
        }
        return false;
    }
}
