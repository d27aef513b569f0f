/**
 * What answers on the console's address: the page, the figures behind it, {@code /metrics} and
 * health. Reads only; nothing can be changed from here. Owns no state but a copy of the last
 * overview. Read {@link dev.weft.app.console.Console} first; the page itself lies in the resources
 * under {@code console}.
 */
@NullMarked
package dev.weft.app.console;

import org.jspecify.annotations.NullMarked;
