/**
 * What containers wrote, in files of the form that Kubernetes' nodes use: one line each with its
 * time, bounded in size and number. A container's process writes to a spool of its own, so that it
 * can go on while the platform is dead; a {@link dev.weft.machine.log.LogWriter} moves what it
 * wrote into the files, and is the only one to write them. Read that class first.
 */
@NullMarked
package dev.weft.machine.log;

import org.jspecify.annotations.NullMarked;
