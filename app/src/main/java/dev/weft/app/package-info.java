/** To be written. */
@NullMarked
package dev.weft.app;

import org.jspecify.annotations.NullMarked;
