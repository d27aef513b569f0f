package dev.weft.dataplane.loop;

/**
 * What one exchange holds in arrays, where that is much: counts against the {@link Ledger}. Its
 * event loop.
 */
public final class HeldArrays {
    /** What each may have uncounted, so that usual requests cost nothing here. */
    public static final int FREE = 4096;

    private final Ledger ledger;
    private int counted;

    public HeldArrays(Ledger ledger) {
        this.ledger = ledger;
    }

    /** It holds so much while it is at work. */
    public void are(int bytes) {
        count(bytes > FREE ? bytes : 0);
    }

    /** It holds so much and waits for more: then little counts too, since many may do so. */
    public void await(int bytes) {
        count(bytes);
    }

    private void count(int now) {
        if (now != counted) {
            ledger.arrays(now - counted);
            counted = now;
        }
    }
}
