package dev.weft.api.control;

import dev.weft.api.client.ResourceClient;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;

/**
 * What informers and controllers stand on.
 *
 * @param scope in which their threads run, and with which they end
 * @param chance for the spread of back-offs and the ends of generated names
 */
public record Surroundings(
        ResourceClient client, Clock clock, Chance chance, Faults faults, TaskScope scope) {}
