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
 * @param nodeName the node that every new pod is given to, empty for none
 * @param chance for the ends of generated names
 */
public record Setup(Path directory, String nodeName, Clock clock, Chance chance, Faults faults) {
    public static Setup in(Path directory, Faults faults) {
        long seed = UUID.randomUUID().getLeastSignificantBits();
        return new Setup(directory, "", Clock.system(), new Chance(seed), faults);
    }

    public Setup onNode(String nodeName) {
        return new Setup(directory, nodeName, clock, chance, faults);
    }
}
