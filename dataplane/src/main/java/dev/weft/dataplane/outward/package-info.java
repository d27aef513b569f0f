/**
 * The outbound proxy: where a request or a tunnel goes that names a host which Weft does not route
 * itself. {@link dev.weft.dataplane.outward.OutwardEntry} decides, {@link
 * dev.weft.dataplane.outward.Destinations} owns what is known of the hosts outside; addresses are
 * looked up on threads of its own and checked before anything is connected to. Read {@code
 * OutwardEntry} first.
 */
@NullMarked
package dev.weft.dataplane.outward;

import org.jspecify.annotations.NullMarked;
