package dev.weft.machine.sandbox;

/**
 * How a command in a run went.
 *
 * @param exitCode 126 or 127 where it could not be started
 * @param timedOut whether it was killed since it took too long
 * @param output the beginning of what it wrote
 */
public record ExecResult(int exitCode, boolean timedOut, String output) {}
