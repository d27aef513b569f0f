package dev.weft.dataplane.balance;

import dev.weft.dataplane.load.Hash;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/**
 * Divides requests by weight so that the same key falls to the same backend, and a change of
 * weights moves only the keys that it must. A request without a key falls as it comes; one whose
 * backend has nobody to ask falls to the next in its order. Any event loop.
 */
final class HashedSplit implements Service {
    private final Choice[] choices;
    private final double[] weights;
    private final long[] names;
    private final Keys keys;
    private final Service spread;

    HashedSplit(Route route, Choice[] choices, Keys keys, Service spread) {
        this.choices = choices;
        this.keys = keys;
        this.spread = spread;
        this.weights = new double[choices.length];
        this.names = new long[choices.length];
        for (int i = 0; i < choices.length; i++) {
            weights[i] = route.backends().get(i).weight();
            names[i] = Hash.of(route.backends().get(i).backend().name());
        }
    }

    @Override
    public void serve(Exchange exchange) {
        long key = keys.of(exchange);
        if (key == Keys.NONE) {
            spread.serve(exchange);
            return;
        }
        choices[best(exchange, key)].serve(exchange);
    }

    private int best(Exchange exchange, long key) {
        int best = -1;
        double highest = -1;
        Choice.Offer most = Choice.Offer.NOBODY;
        for (int i = 0; i < choices.length; i++) {
            if (weights[i] > 0) {
                Choice.Offer offer = choices[i].offer(exchange);
                double rank = Hash.rank(key, names[i], weights[i]);
                int more = offer.compareTo(most);
                if (more > 0 || (more == 0 && rank > highest)) {
                    most = offer;
                    highest = rank;
                    best = i;
                }
            }
        }
        return best;
    }
}
