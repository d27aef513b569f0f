package dev.weft.api.request;

import dev.weft.api.access.Authenticator;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * What the HTTP face needs beside the API itself.
 *
 * @param logs where the output of pods is read
 * @param ready whether the platform does its work already
 * @param version of Weft, such as 0.1.0
 */
public record Serving(
        Authenticator authenticator,
        PodLogs logs,
        BooleanSupplier ready,
        String version,
        Clock clock,
        Faults faults) {}
