/**
 * The expression language in which a definition states rules about its objects (CEL, as the
 * Kubernetes API speaks it): text is parsed, checked against declared types, its price estimated,
 * and made into a tree of code that any thread may run. Knows values and types, not objects of the
 * API; those are given as {@link dev.weft.api.cel.value.Value}s. Owns no state but the table of
 * functions, which is read when the first rule is compiled. Read {@link
 * dev.weft.api.cel.Expression} first.
 */
@NullMarked
package dev.weft.api.cel;

import org.jspecify.annotations.NullMarked;
