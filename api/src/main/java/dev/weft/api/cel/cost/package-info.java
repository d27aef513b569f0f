/**
 * What a call may cost at most, as far as it is known before anything is run: how large values can
 * be, and what each function makes of such values. The figures are those of the Kubernetes API.
 * Owns no state. Read {@link dev.weft.api.cel.cost.Prices} first.
 */
@NullMarked
package dev.weft.api.cel.cost;

import org.jspecify.annotations.NullMarked;
