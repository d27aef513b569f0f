/**
 * Where log lines go: from {@link System.Logger} into files that are rotated, through one thread,
 * so that whoever logs never waits for the disk. The JDK's own logging would do as much and costs
 * the start more than all else that is loaded. {@link dev.weft.app.log.Log} owns the files; read it
 * first.
 */
@NullMarked
package dev.weft.app.log;

import org.jspecify.annotations.NullMarked;
