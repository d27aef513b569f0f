/**
 * What happens when an invariant is broken. Owns no state. Read {@link
 * dev.weft.foundation.fault.Faults} first.
 */
@NullMarked
package dev.weft.foundation.fault;

import org.jspecify.annotations.NullMarked;
