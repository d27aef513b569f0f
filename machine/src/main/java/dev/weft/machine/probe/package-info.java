/**
 * How a container is asked whether it is well. A {@link dev.weft.machine.probe.Check} is one
 * question, a {@link dev.weft.machine.probe.Prober} asks it again and again. Owns no state beyond
 * what a prober found. Read these two in that order.
 */
@NullMarked
package dev.weft.machine.probe;

import org.jspecify.annotations.NullMarked;
