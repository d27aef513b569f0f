package dev.weft.api.schema.validation;

import dev.weft.api.cel.cost.Range;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the rules of a schema may cost, each and together, and what is said where that is too much.
 * Belongs to one thread and one schema.
 */
final class CostSum {
    private static final long EACH_MAX = 10_000_000;
    private static final long ALL_MAX = 100_000_000;
    private static final long TOLD_MIN = ALL_MAX / 100;
    private static final int NAMED_MAX = 4;

    private final List<Dear> dear = new ArrayList<>();
    private final Causes causes;
    private long total;

    private record Dear(String path, long cost) {}

    CostSum(Causes causes) {
        this.causes = causes;
    }

    /**
     * @param what the expression is, in the words of messages
     */
    void add(String path, String what, long cost) {
        if (cost > EACH_MAX) {
            forbid(path, over("estimated " + what + " cost", cost, EACH_MAX));
        }
        total = Range.sum(total, cost);
        if (cost < TOLD_MIN) {
            return;
        }
        dear.add(new Dear(path, cost));
        if (dear.size() > NAMED_MAX) {
            dear.sort(Comparator.comparingLong(Dear::cost).reversed());
            dear.removeLast();
        }
    }

    /** Says it where all together cost too much. */
    void end(String schema) {
        if (total <= ALL_MAX) {
            return;
        }
        for (Dear rule : dear) {
            forbid(
                    rule.path,
                    "contributed to estimated rule cost total exceeding cost limit for entire"
                            + " OpenAPIv3 schema");
        }
        String all =
                "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
        forbid(schema, over(all, total, ALL_MAX));
    }

    private void forbid(String path, String why) {
        causes.add(new Cause(Cause.FORBIDDEN, "Forbidden: " + why, path));
    }

    private static String over(String what, long cost, long max) {
        double times = (double) cost / max;
        String factor =
                times > 100
                        ? "more than 100x"
                        : times < 1.5 ? rounded(times, 6) : rounded(times, 1);
        return what
                + " exceeds budget by factor of "
                + factor
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength"
                + " where arrays, maps, and strings are declared)";
    }

    private static String rounded(double times, int digits) {
        return new BigDecimal(times).setScale(digits, RoundingMode.HALF_EVEN).toPlainString() + "x";
    }
}
