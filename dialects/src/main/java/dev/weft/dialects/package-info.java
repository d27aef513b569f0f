/**
 * Other systems' words, one package each: what users bring from elsewhere is translated into
 * resources or into {@code mesh.intent}, and a system's own HTTP face is a client of the API like
 * any other. No dialect knows another; each can be deleted with its package, its tests and its line
 * of {@code Wiring}. Owns no state.
 */
@NullMarked
package dev.weft.dialects;

import org.jspecify.annotations.NullMarked;
