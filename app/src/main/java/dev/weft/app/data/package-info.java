/**
 * The folder in which a platform keeps everything: who holds it, and the credentials that its first
 * start makes. The process that holds the lock owns the folder. Read {@link
 * dev.weft.app.data.DataDirectory} first.
 */
@NullMarked
package dev.weft.app.data;

import org.jspecify.annotations.NullMarked;
