/**
 * What the user chose: settings from flags and the configuration file, and the process's
 * environment. The only place that reads environment variables. Values, read once at the start;
 * owns no state. Read {@link dev.weft.app.config.Settings} first.
 */
@NullMarked
package dev.weft.app.config;

import org.jspecify.annotations.NullMarked;
