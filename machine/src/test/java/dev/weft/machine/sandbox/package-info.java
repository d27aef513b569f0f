/** Proof that processes are started, ended and found again as promised. */
@NullMarked
package dev.weft.machine.sandbox;

import org.jspecify.annotations.NullMarked;
