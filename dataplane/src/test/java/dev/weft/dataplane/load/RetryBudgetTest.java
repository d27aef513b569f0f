package dev.weft.dataplane.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofSeconds(10);

    private static int drain(RetryBudget budget, long now) {
        int taken = 0;
        while (budget.withdraw(now)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aFifthOfTheRequestsAndTenASecondMayBeSentAgain() {
        var budget = new RetryBudget(0.2, 10, new RetryBudget.Ground(TTL, 2), 0);
        assertThat(drain(budget, 0)).isEqualTo(100);
        for (int i = 0; i < 1000; i++) {
            budget.request(i % 2, SECOND);
        }
        assertThat(drain(budget, SECOND)).isEqualTo(200);
        assertThat(drain(budget, 9 * SECOND)).isZero();
        // the first hundred are forgotten, the requests and the second two hundred are not
        assertThat(drain(budget, 10 * SECOND)).isEqualTo(100);
        assertThat(drain(budget, 30 * SECOND)).isEqualTo(100);
    }

    @Test
    void aBudgetOfNothingAllowsNothing() {
        var budget = new RetryBudget(0, 0, new RetryBudget.Ground(TTL, 1), 0);
        budget.request(0, 0);
        assertThat(budget.withdraw(0)).isFalse();
    }

    @Test
    void theBudgetIsNeverExceeded(Seed seed) {
        Chance chance = seed.chance();
        var budget = new RetryBudget(0.2, 1, new RetryBudget.Ground(TTL, 2), -5 * SECOND);
        var requests = new ArrayDeque<Long>();
        var retries = new ArrayDeque<Long>();
        long now = -5 * SECOND;
        for (int i = 0; i < 50_000; i++) {
            now += chance.below(20_000_000);
            // a slot ends at a whole second, since it began at one
            long since = Math.floorDiv(now, SECOND) * SECOND - 9 * SECOND;
            while (!requests.isEmpty() && requests.peek() < since) {
                requests.remove();
            }
            while (!retries.isEmpty() && retries.peek() < since) {
                retries.remove();
            }
            if (chance.percent(chance.percent(50) ? 90 : 10)) {
                budget.request(chance.below(2), now);
                requests.add(now);
            } else if (budget.withdraw(now)) {
                retries.add(now);
                assertThat((double) retries.size())
                        .as("retries at %s", now)
                        .isLessThanOrEqualTo(10 + 0.2 * requests.size() + 1e-6);
            } else {
                assertThat((double) retries.size() + 1)
                        .as("refused at %s", now)
                        .isGreaterThan(10 + 0.2 * requests.size() - 1e-6);
            }
        }
    }
}
