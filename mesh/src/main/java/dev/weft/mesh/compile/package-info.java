/**
 * Makes the data plane's {@code route.Snapshot} from Services, EndpointSlices and intents. {@link
 * dev.weft.mesh.compile.Compiler} is the pure part and owns what it was told; {@link
 * dev.weft.mesh.compile.RouteFeed} tells it what the API holds and passes the result on. Read
 * {@code Compiler} first, then {@code ServiceRoutes}.
 */
@NullMarked
package dev.weft.mesh.compile;

import org.jspecify.annotations.NullMarked;
