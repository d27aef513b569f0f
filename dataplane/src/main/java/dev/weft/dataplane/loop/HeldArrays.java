package dev.weft.dataplane.loop;

/**
 * What one exchange holds in arrays, where that is much: counts against the {@link Ledger}. Its
 * event loop.
 */
public final class HeldArrays {
    /** What each may have uncounted, so that usual requests cost nothing here. */
    private static final int FREE = 4096;

    private final Ledger ledger;
    private int counted;

    public HeldArrays(Ledger ledger) {
        this.ledger = ledger;
    }

    public void are(int bytes) {
        int now = bytes > FREE ? bytes : 0;
        if (now != counted) {
            ledger.arrays(now - counted);
            counted = now;
        }
    }
}
