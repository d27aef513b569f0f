/**
 * What pods run: directories with a command, kept below the data directory. {@link
 * dev.weft.machine.image.ImageStore} owns the files; the platform and the command line may each
 * have one on the same directory. Read that class first.
 */
@NullMarked
package dev.weft.machine.image;

import org.jspecify.annotations.NullMarked;
