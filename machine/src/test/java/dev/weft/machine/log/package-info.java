/** Proof that logs lose and repeat nothing. */
@NullMarked
package dev.weft.machine.log;

import org.jspecify.annotations.NullMarked;
