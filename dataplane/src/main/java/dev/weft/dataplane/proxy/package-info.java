/**
 * The edge: listeners, the snapshot in force, the way from a request to its route and backend.
 * {@link dev.weft.dataplane.proxy.DataPlane} owns all of it; read it first, then {@link
 * dev.weft.dataplane.proxy.RouteStack}, which lists what a request goes through.
 */
@NullMarked
package dev.weft.dataplane.proxy;

import org.jspecify.annotations.NullMarked;
