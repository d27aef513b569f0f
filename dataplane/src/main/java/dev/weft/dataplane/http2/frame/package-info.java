/**
 * Frames of HTTP/2 (RFC 9113, section 4 and 6) as bytes, without a thought for what they do to a
 * stream. Everything here belongs to one connection and its event loop. Read {@link
 * dev.weft.dataplane.http2.frame.FrameReader} first.
 */
@NullMarked
package dev.weft.dataplane.http2.frame;

import org.jspecify.annotations.NullMarked;
