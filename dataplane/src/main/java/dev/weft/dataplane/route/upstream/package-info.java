/**
 * How endpoints are used, as values: read {@link dev.weft.dataplane.route.upstream.Cluster} first.
 * Owns no state.
 */
@NullMarked
package dev.weft.dataplane.route.upstream;

import org.jspecify.annotations.NullMarked;
