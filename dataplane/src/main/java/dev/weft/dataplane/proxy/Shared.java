package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.CallMarks;
import dev.weft.dataplane.filter.CallerFields;
import dev.weft.dataplane.filter.RateLimits;
import dev.weft.dataplane.filter.Retries;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.log.AccessWriter;
import dev.weft.foundation.chance.Chance;

/**
 * What the filters of all routes share.
 *
 * @param chances one for each event loop
 * @param sources which workload a request comes from
 * @param tunnels what outlasts its route
 */
record Shared(
        CallerFields caller,
        CallMarks marks,
        RateLimits limits,
        Retries retries,
        AccessWriter log,
        Chance[] chances,
        Telemetry.Sourcing sources,
        Tunnels tunnels) {}
