/**
 * Which backend and which endpoint a request goes to. {@link dev.weft.dataplane.balance.Clusters}
 * owns the endpoints with their connections and what is known of them, across snapshots; choosing
 * state belongs to the event loops. Read {@link dev.weft.dataplane.balance.Endpoints} first.
 */
@NullMarked
package dev.weft.dataplane.balance;

import org.jspecify.annotations.NullMarked;
