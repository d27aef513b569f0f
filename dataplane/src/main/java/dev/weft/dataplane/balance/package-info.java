/**
 * Which backend and which endpoint a request goes to. {@link dev.weft.dataplane.balance.Clusters}
 * owns the endpoints with their connections and what is known of them, across snapshots. Read
 * {@code Endpoints} first.
 *
 * <p>What all event loops share, and what each has for itself:
 *
 * <ul>
 *   <li>shared: the standing of an endpoint, with its probation; how many are out; the outage of a
 *       cluster; the estimate of the round trip, written without a lock, since a lost sample does
 *       no harm; how many requests are let through and how many wait; how many connections are
 *       open;
 *   <li>a cell per loop, added up by whoever chooses: requests under way;
 *   <li>each loop's own: connections that are idle, the lines of those that wait (a request never
 *       changes its loop), turns, the walk through weights, chance.
 * </ul>
 */
@NullMarked
package dev.weft.dataplane.balance;

import org.jspecify.annotations.NullMarked;
