package dev.weft.dataplane.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Room for numbers that each event loop counts by itself, for many owners side by side: what ten
 * thousand of them count then lies in few pages and few cache lines, and no object stands between.
 * A loop's cells are made when it first counts something for one of the owners of a block. {@link
 * #next} on any thread; a row is written by its loop alone.
 */
public final class Cells {
    private static final VarHandle ROWS = MethodHandles.arrayElementVarHandle(long[][].class);

    /** How many owners lie together; a block lives as long as any of them. */
    private static final int OWNERS = 256;

    /** A cache line of room, so that two loops share none. */
    private static final int ROOM = 8;

    private final int loops;
    private final int each;
    private long[] @Nullable [] rows = {};
    private int left;

    /** The cells of one owner: in the row of each loop from this place on. */
    public record Place(long[] @Nullable [] rows, int at) {}

    /** Where nobody counts. */
    public static final Place NOWHERE = new Place(new long[0][], 0);

    /**
     * @param each cells of an owner
     */
    public Cells(int loops, int each) {
        this.loops = loops;
        this.each = each;
    }

    public synchronized Place next() {
        if (left == 0) {
            rows = new long[loops][];
            left = OWNERS;
        }
        return new Place(rows, --left * each);
    }

    /** The row of a loop, made where there was none. That loop only. */
    public static long[] own(long[] @Nullable [] rows, int loop, int each) {
        long[] row = rows[loop];
        if (row == null) {
            row = new long[OWNERS * each + ROOM];
            ROWS.setRelease(rows, loop, row);
        }
        return row;
    }

    /** The row of a loop; null where it has counted nothing yet. Any thread. */
    public static long @Nullable [] seen(long[] @Nullable [] rows, int loop) {
        return (long[]) ROWS.getAcquire(rows, loop);
    }
}
