package dev.weft.app.cli;

import dev.weft.app.config.Environment;

/** What a command is given beside its arguments. */
public record Context(Environment environment, Terminal terminal) {}
