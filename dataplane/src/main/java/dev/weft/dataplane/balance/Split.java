package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;

/**
 * Divides requests by weight. Each event loop walks through the weights in steps of the golden
 * ratio: every stretch of requests, however short, comes as near to the weights as it can, and no
 * rhythm of the callers meets a rhythm of ours. A request that failed stays with its backend as
 * long as that has an endpoint that is new to it, and goes to one that has otherwise. Any event
 * loop.
 */
final class Split implements Service {
    private static final int GOLDEN = 0x9E3779B9;
    private static final int STRIDE = 16;

    private final Choice[] choices;
    private final long[] upTo;
    private final int[] places;

    /**
     * @param weights of the choices; their sum is above 0
     * @param seed where each loop begins
     */
    Split(Choice[] choices, long[] weights, int loops, long seed) {
        this.choices = choices.clone();
        this.upTo = new long[weights.length];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            upTo[i] = sum;
        }
        if (sum <= 0) {
            throw new IllegalArgumentException("weights add up to " + sum + " (expected: > 0)");
        }
        this.places = new int[loops * STRIDE];
        for (int i = 0; i < loops; i++) {
            places[i * STRIDE] = (int) (seed >>> (i % 32));
        }
    }

    @Override
    public void serve(Exchange exchange) {
        int at = choose(exchange.home().index());
        if (exchange.tries() > 1) {
            at = again(exchange, at);
        }
        choices[at].serve(exchange);
    }

    /** The next one for an event loop. */
    int choose(int loop) {
        int place = places[loop * STRIDE] + GOLDEN;
        places[loop * STRIDE] = place;
        long sum = upTo[upTo.length - 1];
        long point = Math.multiplyHigh(Integer.toUnsignedLong(place) << 31, sum << 1);
        int at = 0;
        while (point >= upTo[at]) {
            at++;
        }
        return at;
    }

    private int again(Exchange exchange, int drawn) {
        Object before = exchange.note(Note.SERIES) instanceof Series series ? series.base() : null;
        int best = drawn;
        Choice.Offer most = choices[drawn].offer(exchange);
        for (int i = 0; i < choices.length; i++) {
            boolean same = choices[i].series() == before;
            if (same || weight(i) > 0) {
                Choice.Offer offer = choices[i].offer(exchange);
                int more = offer.compareTo(most);
                if (more > 0 || (more == 0 && same)) {
                    most = offer;
                    best = i;
                }
            }
        }
        return best;
    }

    private long weight(int at) {
        return upTo[at] - (at == 0 ? 0 : upTo[at - 1]);
    }
}
