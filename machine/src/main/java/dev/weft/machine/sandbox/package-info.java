/**
 * Processes that outlive the platform. {@link dev.weft.machine.sandbox.Sandbox} is the port: it
 * starts runs, ends them, and knows those that an earlier platform left. {@code ProcessSandbox}
 * runs them as plain processes of this machine, each under a tiny shell that waits for it and
 * writes down how it ended.
 *
 * <p>Each run owns a directory, and the files in it are the whole truth about it: {@code
 * RunDirectory} says which file is written when. Read that class first.
 */
@NullMarked
package dev.weft.machine.sandbox;

import org.jspecify.annotations.NullMarked;
