/**
 * Loggers that cost nothing until something is logged. Nothing is owned here: lines go where {@link
 * System#getLogger} has them go. Read {@link LateLogger}.
 */
@NullMarked
package dev.weft.foundation.log;

import org.jspecify.annotations.NullMarked;
