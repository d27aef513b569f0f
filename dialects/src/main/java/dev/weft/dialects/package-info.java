/** To be written. */
@NullMarked
package dev.weft.dialects;

import org.jspecify.annotations.NullMarked;
