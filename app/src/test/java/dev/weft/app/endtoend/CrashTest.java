package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The platform is killed at random moments of a stream of applies, over and over; after each
 * restart everything that was acknowledged is there, and in the end exactly the wanted processes
 * run. {@code -Dweft.kills=N} says how often.
 */
@ExtendWith(Seeds.class)
final class CrashTest {
    private static final int KILLS = Integer.getInteger("weft.kills", 20);
    private static final int LOOK_AT_PROCESSES_EVERY = 10;
    private static final Duration SETTLE = Duration.ofSeconds(60);

    @TempDir Path data;

    @Test
    void whatWasAcknowledgedOutlivesEveryKill(Seed seed) throws Exception {
        Chance chance = seed.chance();
        var wanted = new WantedState(chance.fork());
        WeftUp weft = WeftUp.in(data);
        try {
            wanted.begin(weft);
            for (int kill = 1; kill <= KILLS; kill++) {
                try (var applies = wanted.keepApplying(weft)) {
                    LockSupport.parkNanos(Duration.ofMillis(20 + chance.below(300)).toNanos());
                    weft.kill();
                }
                weft = weft.again();
                wanted.checkObjects(weft);
                wanted.checkAddresses(weft);
                wanted.checkWatch(weft);
                if (kill % LOOK_AT_PROCESSES_EVERY == 0) {
                    WeftUp now = weft;
                    eventually(SETTLE, () -> wanted.checkProcesses(now));
                }
            }
            WeftUp last = weft;
            eventually(SETTLE, () -> wanted.checkProcesses(last));
        } finally {
            weft.close();
        }
        assertThat(wanted.processes()).as("processes after an orderly stop").isEmpty();
    }
}
