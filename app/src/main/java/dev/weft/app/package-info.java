/**
 * The program: where the process begins, and the one place where all parts are put together. Owns
 * the life of every part. Read {@link dev.weft.app.Wiring} first, top to bottom; {@link
 * dev.weft.app.Main} is the entrance.
 */
@NullMarked
package dev.weft.app;

import org.jspecify.annotations.NullMarked;
