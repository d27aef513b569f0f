/**
 * HTTP/2, as a server and as a client: many exchanges on one connection, which never leave its
 * event loop. A {@link dev.weft.dataplane.http2.Session} owns the state of a connection, a {@link
 * dev.weft.dataplane.http2.Stream} that of an exchange on it; there is no channel per stream, and
 * what all streams write in one turn goes out in one write. Read {@link
 * dev.weft.dataplane.http2.Session} first, then {@link dev.weft.dataplane.http2.ServerStream}.
 */
@NullMarked
package dev.weft.dataplane.http2;

import org.jspecify.annotations.NullMarked;
