package dev.weft.api.cel.cost;

import dev.weft.api.cel.value.Value;
import java.util.List;

/** What functions cost that make lists of lists. */
final class Lists {
    /** What the call costs, and the list that it makes. */
    private static final long MADE = 1 + 10;

    private Lists() {}

    static Price reversed(List<Operand> given) {
        Range size = given.getFirst().size();
        return new Price(Range.sum(MADE, size.max()), size);
    }

    /** Each level that is taken away goes through the list once. */
    static Price flat(List<Operand> given) {
        Range size = given.getFirst().size();
        long levels = 1;
        if (given.size() > 1) {
            levels =
                    given.get(1).literal() instanceof Value.Int it
                            ? Math.max(it.number(), 0)
                            : Long.MAX_VALUE;
        }
        return new Price(Range.sum(MADE, Range.product(size.max(), levels)), size);
    }

    static Price sliced(List<Operand> given) {
        Range size = given.getFirst().size();
        if (given.get(2).literal() instanceof Value.Int to) {
            long from = given.get(1).literal() instanceof Value.Int it ? it.number() : 0;
            size = Range.of(to.number() < from ? Long.MAX_VALUE : to.number() - from);
        }
        return new Price(Range.sum(MADE, size.max()), size);
    }

    static Price range(List<Operand> given) {
        Range size =
                given.getFirst().literal() instanceof Value.Int count
                        ? Range.of(Math.max(count.number(), 0))
                        : Range.ANY;
        return new Price(Range.sum(MADE, size.max()), size);
    }

    /**
     * Each item is compared with each other one, and so many are thought to be left.
     *
     * @param each what comparing two costs
     */
    static Price crossed(Operand list, double each) {
        Range size = list.size();
        Range pairs = size.times(size);
        return new Price(Range.sum(MADE, pairs.cost(each)), pairs);
    }
}
