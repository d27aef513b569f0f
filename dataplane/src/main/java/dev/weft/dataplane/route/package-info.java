/**
 * What the data plane is told to do: one immutable {@link dev.weft.dataplane.route.Snapshot} of
 * hosts, routes, backends and listeners. Values only; whoever hands one over keeps no way to change
 * it. Read {@link dev.weft.dataplane.route.Snapshot} first, then {@link
 * dev.weft.dataplane.route.Route}.
 */
@NullMarked
package dev.weft.dataplane.route;

import org.jspecify.annotations.NullMarked;
