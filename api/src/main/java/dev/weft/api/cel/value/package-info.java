/**
 * What an expression computes with: values, their types, what a computation may cost and how it
 * fails. Immutable but for the budget, which one evaluation owns. Read {@link
 * dev.weft.api.cel.value.Value} first.
 */
@NullMarked
package dev.weft.api.cel.value;

import org.jspecify.annotations.NullMarked;
