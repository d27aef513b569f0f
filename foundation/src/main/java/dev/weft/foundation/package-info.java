/**
 * What every room may use: time, tasks, faults, certificates. Stands on the JDK alone and knows
 * nothing of Weft.
 */
@NullMarked
package dev.weft.foundation;

import org.jspecify.annotations.NullMarked;
