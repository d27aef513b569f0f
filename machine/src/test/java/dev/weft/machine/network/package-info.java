/** Proof that addresses do not collide. */
@NullMarked
package dev.weft.machine.network;

import org.jspecify.annotations.NullMarked;
