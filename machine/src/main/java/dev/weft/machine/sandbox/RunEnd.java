package dev.weft.machine.sandbox;

import java.time.Instant;

/**
 * How a run ended.
 *
 * @param exitCode 128 and the signal's number where a signal ended it
 * @param known whether the code is what the process returned; false where nobody was there to see,
 *     so that the code stands for "killed"
 */
public record RunEnd(int exitCode, Instant at, boolean known) {}
