/**
 * Tables, as people are shown lists of objects. Pure functions. Read {@link
 * dev.weft.api.table.Tables} first.
 */
@NullMarked
package dev.weft.api.table;

import org.jspecify.annotations.NullMarked;
