/**
 * Files written so that they are whole or not there, and read by their owner alone. Owns no state.
 * Read {@link dev.weft.foundation.file.PrivateFile} first.
 */
@NullMarked
package dev.weft.foundation.file;

import org.jspecify.annotations.NullMarked;
