package dev.weft.api.embedded;

import dev.weft.api.rule.Advisor;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * What an embedded API stands on.
 *
 * @param directory where the database is kept; it must exist
 * @param chance for the ends of generated names
 * @param advisors who tells writers what will come of their objects
 */
public record Setup(
        Path directory, Clock clock, Chance chance, Faults faults, List<Advisor> advisors) {
    public Setup {
        advisors = List.copyOf(advisors);
    }

    public Setup(Path directory, Clock clock, Chance chance, Faults faults) {
        this(directory, clock, chance, faults, List.of());
    }

    public Setup advisedBy(List<Advisor> others) {
        return new Setup(directory, clock, chance, faults, others);
    }

    public static Setup in(Path directory, Faults faults) {
        long seed = UUID.randomUUID().getLeastSignificantBits();
        return new Setup(directory, Clock.system(), new Chance(seed), faults);
    }
}
