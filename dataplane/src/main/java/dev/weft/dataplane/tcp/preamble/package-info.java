/**
 * What a load balancer says of its client before the connection's own bytes: the PROXY protocol.
 * Read {@link dev.weft.dataplane.tcp.preamble.Preamble} first, which reads it; {@link
 * dev.weft.dataplane.tcp.preamble.PreambleHandler} stands first on connections that must have it.
 */
@NullMarked
package dev.weft.dataplane.tcp.preamble;

import org.jspecify.annotations.NullMarked;
