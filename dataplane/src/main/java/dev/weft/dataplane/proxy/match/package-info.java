/**
 * Finding the route of a request: by host, then by path, then by the rest, at a cost that does not
 * grow with the number of routes. {@link dev.weft.dataplane.proxy.match.HostTables} makes the
 * tables anew for each snapshot, on the thread that applies it, and keeps those of what stayed the
 * same; the tables are immutable and are read by all event loops. Read {@link
 * dev.weft.dataplane.proxy.match.HostTable} first, then {@link
 * dev.weft.dataplane.proxy.match.Hosted}.
 */
@NullMarked
package dev.weft.dataplane.proxy.match;

import org.jspecify.annotations.NullMarked;
