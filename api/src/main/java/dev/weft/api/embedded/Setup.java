package dev.weft.api.embedded;

import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What an embedded API stands on.
 *
 * @param directory where the database is kept; it must exist
 * @param chance for the ends of generated names
 */
public record Setup(Path directory, Clock clock, Chance chance, Faults faults) {
    public static Setup in(Path directory, Faults faults) {
        long seed = UUID.randomUUID().getLeastSignificantBits();
        return new Setup(directory, Clock.system(), new Chance(seed), faults);
    }
}
