package dev.weft.dataplane.balance;

import dev.weft.dataplane.service.Exchange;
import dev.weft.foundation.chance.Chance;
import org.jspecify.annotations.Nullable;

/**
 * Of two drawn at random by weight the one that costs less: as good as looking at all, for two
 * looks, and no two loops run after the same one. Any event loop; chance is its own per loop.
 */
final class TwoDrawn implements Picker {
    /** What a request costs. */
    enum Cost {
        /** Expected time, times requests under way. */
        PEAK_EWMA,
        /** Requests under way. */
        REQUESTS
    }

    private static final int REDRAWS = 3;

    private final Roster roster;
    private final Cost kind;
    private final Chance[] chances;

    TwoDrawn(Roster roster, Cost kind, Chance[] chances) {
        this.roster = roster;
        this.kind = kind;
        this.chances = chances;
    }

    @Override
    public int pick(Exchange exchange, @Nullable Tried tried, long nowNanos) {
        return pick(chances[exchange.home().index()], tried, nowNanos);
    }

    int pick(Chance chance, @Nullable Tried tried, long nowNanos) {
        int size = roster.size();
        if (size == 1) {
            return roster.can(0, tried, nowNanos) ? 0 : -1;
        }
        int one = draw(chance, nowNanos);
        int two = size == 2 ? 1 - one : other(one, chance, nowNanos);
        boolean first = roster.can(one, tried, nowNanos);
        boolean second = roster.can(two, tried, nowNanos);
        if (first && second) {
            return cost(two, nowNanos) < cost(one, nowNanos) ? two : one;
        }
        if (first) {
            return one;
        }
        return second ? two : roster.firstFrom(one, tried, nowNanos);
    }

    private int draw(Chance chance, long nowNanos) {
        int drawn = roster.drawn(chance.fraction());
        for (int i = 0; i < REDRAWS; i++) {
            double part = roster.part(drawn, nowNanos);
            if (part >= 1 || chance.fraction() < part) {
                break;
            }
            drawn = roster.drawn(chance.fraction());
        }
        return drawn;
    }

    private int other(int one, Chance chance, long nowNanos) {
        int two = draw(chance, nowNanos);
        for (int i = 0; two == one && i < REDRAWS; i++) {
            two = draw(chance, nowNanos);
        }
        return two != one ? two : (one + 1) % roster.size();
    }

    private double cost(int index, long nowNanos) {
        double cost =
                switch (kind) {
                    case PEAK_EWMA -> roster.at(index).load().cost(nowNanos);
                    case REQUESTS -> roster.at(index).load().pending() + 1.0;
                };
        return cost / (roster.weight(index) * roster.part(index, nowNanos));
    }
}
