/** To be written. */
@NullMarked
package dev.weft.dataplane;

import org.jspecify.annotations.NullMarked;
