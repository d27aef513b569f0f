/** To be written. */
@NullMarked
package dev.weft.api;

import org.jspecify.annotations.NullMarked;
