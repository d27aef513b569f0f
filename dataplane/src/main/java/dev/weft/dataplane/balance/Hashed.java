package dev.weft.dataplane.balance;

import dev.weft.dataplane.service.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The same endpoint for the same key, as long as it is there and ready; the next on the ring
 * otherwise. Requests without a key are spread as they come. Any event loop.
 */
final class Hashed implements Picker {
    private final Roster roster;
    private final HashRing ring;
    private final Keys keys;
    private final Picker spread;

    Hashed(Roster roster, Keys keys, Picker spread) {
        this.roster = roster;
        this.keys = keys;
        this.spread = spread;
        long[] names = new long[roster.size()];
        double[] weights = new double[roster.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = roster.at(i).token();
            weights[i] = roster.weight(i);
        }
        this.ring = new HashRing(names, weights);
    }

    @Override
    public int pick(Exchange exchange, @Nullable Tried tried, long nowNanos) {
        long key = keys.of(exchange);
        return key == Keys.NONE
                ? spread.pick(exchange, tried, nowNanos)
                : pick(key, tried, nowNanos);
    }

    int pick(long key, @Nullable Tried tried, long nowNanos) {
        int place = ring.place(key);
        for (int i = 0; i < ring.size(); i++) {
            int owner = ring.owner(place);
            if (roster.can(owner, tried, nowNanos)) {
                return owner;
            }
            place = ring.next(place);
        }
        return -1;
    }
}
