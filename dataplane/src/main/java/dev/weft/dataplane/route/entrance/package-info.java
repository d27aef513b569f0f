/**
 * What a listener asks of a connection before its first request, and what the outbound proxy may
 * reach: read {@link dev.weft.dataplane.route.entrance.Entrance} first. Values only.
 */
@NullMarked
package dev.weft.dataplane.route.entrance;

import org.jspecify.annotations.NullMarked;
