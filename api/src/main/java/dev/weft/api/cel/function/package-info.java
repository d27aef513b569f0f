/**
 * What can be called in an expression: one class for each library of functions. Pure functions of
 * values. Read {@link dev.weft.api.cel.function.Library} first.
 */
@NullMarked
package dev.weft.api.cel.function;

import org.jspecify.annotations.NullMarked;
