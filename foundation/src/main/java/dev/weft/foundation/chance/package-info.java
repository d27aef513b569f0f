/**
 * Chance as something that is given: the only place where numbers that nobody can foretell come
 * from. Whoever needs some is given a {@link dev.weft.foundation.chance.Chance}, and a test gives
 * one with a seed that it prints.
 */
@NullMarked
package dev.weft.foundation.chance;

import org.jspecify.annotations.NullMarked;
