/**
 * The arithmetic of load, without a socket: what is known of one endpoint, how much may be asked
 * again, who is let in. Everything is given the clock's reading and chance, so that the same seed
 * repeats the same run.
 *
 * <p>What is shared by all event loops and what each keeps for itself:
 *
 * <table>
 * <caption>Owners</caption>
 * <tr><td>{@link dev.weft.dataplane.load.Load}</td><td>requests under way: a cell per loop, added
 *     up by whoever chooses; the estimate of the round trip: shared, written without a lock, since
 *     a lost sample does no harm</td></tr>
 * <tr><td>{@link dev.weft.dataplane.load.Standing}</td><td>failures, ejection and the one request of
 *     a probation: shared, one endpoint has one standing whoever asks</td></tr>
 * <tr><td>{@link dev.weft.dataplane.load.Ejections}</td><td>how many of a cluster are out: shared
 * </td></tr>
 * <tr><td>{@link dev.weft.dataplane.load.RetryBudget}</td><td>requests: a row per loop;
 *     withdrawals: shared, under a lock, taken only for a retry</td></tr>
 * <tr><td>{@link dev.weft.dataplane.load.Gate}</td><td>requests let in: shared; those that wait: a
 *     queue per loop, since a request never changes its loop</td></tr>
 * </table>
 *
 * <p>Read {@link dev.weft.dataplane.load.Standing} first.
 */
@NullMarked
package dev.weft.dataplane.load;

import org.jspecify.annotations.NullMarked;
