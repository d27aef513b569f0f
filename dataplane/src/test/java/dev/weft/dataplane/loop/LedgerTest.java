package dev.weft.dataplane.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.loop.Ledger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When reading stops, when requests are refused, and when that ends. */
class LedgerTest {
    @Test
    void readingStopsAtFourFifthsAndRequestsAreShedCloseToTheEnd() {
        assertThat(levels(0, 79, 80, 94, 95, 100))
                .containsExactly(
                        Level.ROOM,
                        Level.ROOM,
                        Level.STOPPED,
                        Level.STOPPED,
                        Level.SHEDDING,
                        Level.SHEDDING);
    }

    @Test
    void itHasToFallWellBelowWhatItRoseTo() {
        assertThat(levels(96, 89, 87, 79, 71, 69, 79))
                .containsExactly(
                        Level.SHEDDING,
                        Level.SHEDDING,
                        Level.STOPPED,
                        Level.STOPPED,
                        Level.STOPPED,
                        Level.ROOM,
                        Level.ROOM);
    }

    @Test
    void itMayFallAllTheWayAtOnce() {
        assertThat(levels(99, 10)).containsExactly(Level.SHEDDING, Level.ROOM);
    }

    @Test
    void arraysCountBesideBuffers() {
        var buffers = new AtomicLong(50);
        var ledger = new Ledger(100, buffers::get);
        assertThat(ledger.look()).isEqualTo(Level.ROOM);
        ledger.arrays(46);
        assertThat(ledger.look()).isEqualTo(Level.SHEDDING);
        ledger.shed();
        ledger.arrays(-46);
        assertThat(ledger.look()).isEqualTo(Level.ROOM);
        assertThat(ledger.read()).isEqualTo(new Ledger.Reading(50, 100, Level.ROOM, 1, 1));
        assertThat(ledger.read().exposition())
                .contains("\nweft_buffer_bytes 50\n", "\nweft_buffer_bytes_max 100\n")
                .contains("\nweft_buffer_stopped_total 1\n", "\nweft_buffer_shed_total 1\n");
    }

    private static List<Level> levels(long... used) {
        var levels = new ArrayList<Level>();
        Level level = Level.ROOM;
        for (long percent : used) {
            level = Ledger.next(level, percent * 10, 1000);
            levels.add(level);
        }
        return levels;
    }
}
