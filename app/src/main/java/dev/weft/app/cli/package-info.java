/**
 * The command line: one class a verb, each a client of the API like any other, with no state beside
 * it. Runs on the main thread and ends with an exit code. Everything here is loaded at each call,
 * so the verbs are parsed by hand and load nothing that they do not use. Read {@link
 * dev.weft.app.cli.CommandLine} first.
 */
@NullMarked
package dev.weft.app.cli;

import org.jspecify.annotations.NullMarked;
