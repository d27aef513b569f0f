/**
 * Bytes in, bytes out: the only room that knows the network library, and one that knows no
 * manifest. It is told what to do by an immutable {@link dev.weft.dataplane.route.Snapshot}. Read
 * {@link dev.weft.dataplane.proxy.DataPlane} first, then the words in {@link
 * dev.weft.dataplane.service}.
 */
@NullMarked
package dev.weft.dataplane;

import org.jspecify.annotations.NullMarked;
