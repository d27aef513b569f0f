/**
 * The one form of a path, which matching, access rules and endpoints all see. Pure functions over
 * bytes; read {@link dev.weft.dataplane.http.path.PathForm}.
 */
@NullMarked
package dev.weft.dataplane.http.path;

import org.jspecify.annotations.NullMarked;
