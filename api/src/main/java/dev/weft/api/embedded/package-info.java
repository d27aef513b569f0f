/**
 * The API inside this process: opened on a data directory, called directly by Weft's own parts, and
 * served to everyone else by its handler. Owns the store. Read {@link
 * dev.weft.api.embedded.EmbeddedApi} first.
 */
@NullMarked
package dev.weft.api.embedded;

import org.jspecify.annotations.NullMarked;
