/**
 * OutboundPolicies: the hosts outside that the outbound proxy may reach. {@link
 * dev.weft.mesh.outbound.OutboundPolicies} reads them into intents, {@link
 * dev.weft.mesh.outbound.OutboundStatuses} tells how they were taken. Owns no state. Read {@code
 * OutboundPolicies} first.
 */
@NullMarked
package dev.weft.mesh.outbound;

import org.jspecify.annotations.NullMarked;
