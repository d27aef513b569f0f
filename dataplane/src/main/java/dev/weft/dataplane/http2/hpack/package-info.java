/**
 * Header compression (RFC 7541): fields in few bytes, and back into a {@link
 * dev.weft.dataplane.http.Head}. A decoder and an encoder belong to one connection and own its two
 * dynamic tables, which are bounded. Read {@link dev.weft.dataplane.http2.hpack.HpackDecoder}
 * first.
 */
@NullMarked
package dev.weft.dataplane.http2.hpack;

import org.jspecify.annotations.NullMarked;
