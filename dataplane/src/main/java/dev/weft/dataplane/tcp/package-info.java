/**
 * Ports whose bytes are passed on as they are. {@link dev.weft.dataplane.tcp.Forwarding} owns its
 * listening socket and the connections that came through it.
 */
@NullMarked
package dev.weft.dataplane.tcp;

import org.jspecify.annotations.NullMarked;
