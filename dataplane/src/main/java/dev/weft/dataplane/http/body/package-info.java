/**
 * The bytes of HTTP/1 bodies: where they end, how they are handed on, and what waits for its turn.
 * Everything here belongs to one connection and its event loop. Read {@link
 * dev.weft.dataplane.http.body.ChunkDecoder} first.
 */
@NullMarked
package dev.weft.dataplane.http.body;

import org.jspecify.annotations.NullMarked;
