/**
 * The control side of the data plane: what routes, splits and policies mean, what the data plane is
 * given for them, and what its figures say. Read {@link dev.weft.mesh.compile.Compiler} first.
 */
@NullMarked
package dev.weft.mesh;

import org.jspecify.annotations.NullMarked;
