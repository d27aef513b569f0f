/**
 * What is judged without a socket: whether an endpoint may be asked, and whether a request may be
 * sent again. Everything is given the clock's reading and chance, so that the same seed repeats the
 * same run.
 *
 * <p>Shared by all event loops: {@link dev.weft.dataplane.load.Standing} (failures, ejection, the
 * one request of a probation), {@link dev.weft.dataplane.load.Ejections} (how many of a cluster are
 * out), and what {@link dev.weft.dataplane.load.RetryBudget} has given away, under a lock that only
 * a retry takes. A row per loop, added up by whoever asks: the requests that a budget or a rate is
 * reckoned from. Read {@link dev.weft.dataplane.load.Standing} first.
 */
@NullMarked
package dev.weft.dataplane.load;

import org.jspecify.annotations.NullMarked;
