/**
 * TrafficPolicies: what Services, routes and Gateways ask of the data plane beyond routing. {@link
 * dev.weft.mesh.policy.TrafficPolicies} reads them into intents, {@link
 * dev.weft.mesh.policy.PolicyStatuses} tells how they were taken. Owns no state. Read {@code
 * TrafficPolicies} first.
 */
@NullMarked
package dev.weft.mesh.policy;

import org.jspecify.annotations.NullMarked;
