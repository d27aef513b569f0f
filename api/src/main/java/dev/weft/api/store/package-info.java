/**
 * Where objects are kept: all of them in the heap as immutable trees, every write in an SQLite file
 * before it is seen. A write is decided on, appended, and then replayed onto the image that readers
 * see; a restart replays the file. The {@code store} thread alone changes the image and touches the
 * file. The only package that uses the database driver. Read {@link dev.weft.api.store.Store}
 * first.
 */
@NullMarked
package dev.weft.api.store;

import org.jspecify.annotations.NullMarked;
