/** HTTP as words: heads, header fields, status codes; and the servers and clients that speak it. */
@NullMarked
package dev.weft.dataplane.http;

import org.jspecify.annotations.NullMarked;
