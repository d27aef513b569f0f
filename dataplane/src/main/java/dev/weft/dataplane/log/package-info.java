/**
 * The access log: which lines are written ({@link dev.weft.dataplane.log.AccessLogging}, a filter),
 * how they look, and the one thread that hands them to whoever keeps them ({@link
 * dev.weft.dataplane.log.AccessWriter}, which owns the queue). Read AccessLogging first.
 */
@NullMarked
package dev.weft.dataplane.log;

import org.jspecify.annotations.NullMarked;
