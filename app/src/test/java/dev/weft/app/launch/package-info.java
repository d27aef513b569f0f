/**
 * The launchers and the running program, as real processes. Read {@link
 * dev.weft.app.launch.LauncherTest} first.
 */
@NullMarked
package dev.weft.app.launch;

import org.jspecify.annotations.NullMarked;
