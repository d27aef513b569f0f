/**
 * What tests stand on: waiting for a condition, seeds, golden files, outside tools and processes,
 * and the check that nothing is left behind. Used by the tests of all rooms, uses {@code
 * foundation} alone. Owns no state but the record of which tools were missing. Read {@link
 * dev.weft.testkit.Eventually} and {@link dev.weft.testkit.Tools} first.
 */
@NullMarked
package dev.weft.testkit;

import org.jspecify.annotations.NullMarked;
