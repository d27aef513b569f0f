package dev.weft.dataplane.balance;

import dev.weft.dataplane.service.Exchange;
import dev.weft.foundation.chance.Chance;
import org.jspecify.annotations.Nullable;

/**
 * One after the other; by weight in steps of the golden ratio, which come as near to the weights as
 * can be in every stretch. Any event loop; each has its own turn.
 */
final class InTurn implements Picker {
    private static final int STRIDE = 16;
    private static final int GOLDEN = 0x9E3779B9;

    private final Roster roster;
    private final Chance[] chances;
    private final int[] turns;

    InTurn(Roster roster, Chance[] chances) {
        this.roster = roster;
        this.chances = chances;
        this.turns = new int[chances.length * STRIDE];
    }

    @Override
    public int pick(Exchange exchange, @Nullable Tried tried, long nowNanos) {
        return pick(exchange.home().index(), tried, nowNanos);
    }

    int pick(int loop, @Nullable Tried tried, long nowNanos) {
        int at = next(loop);
        for (int i = 0; i < roster.size(); i++) {
            double part = roster.part(at, nowNanos);
            if (part >= 1 || chances[loop].fraction() < part) {
                break;
            }
            at = next(loop);
        }
        int found = roster.firstFrom(at, tried, nowNanos);
        if (found != at && found >= 0 && roster.hasEqualWeights()) {
            // those that were passed over have had their turn
            turns[loop * STRIDE] = found + 1 == roster.size() ? 0 : found + 1;
        }
        return found;
    }

    private int next(int loop) {
        int turn = turns[loop * STRIDE];
        if (roster.hasEqualWeights()) {
            turns[loop * STRIDE] = turn + 1 == roster.size() ? 0 : turn + 1;
            return turn;
        }
        turns[loop * STRIDE] = turn + GOLDEN;
        return roster.drawn((turn >>> 1) * 0x1.0p-31);
    }
}
