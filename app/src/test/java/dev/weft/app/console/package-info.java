/** The console as browsers and other callers meet it. */
@NullMarked
package dev.weft.app.console;

import org.jspecify.annotations.NullMarked;
