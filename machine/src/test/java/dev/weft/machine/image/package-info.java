/** Proof that images are whole or not there. */
@NullMarked
package dev.weft.machine.image;

import org.jspecify.annotations.NullMarked;
