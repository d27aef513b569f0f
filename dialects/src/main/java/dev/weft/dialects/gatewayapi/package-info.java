/**
 * The Gateway API of Kubernetes: GatewayClass, Gateway, HTTPRoute, GRPCRoute, TLSRoute, TCPRoute,
 * ReferenceGrant, BackendTLSPolicy. {@link dev.weft.dialects.gatewayapi.GatewayApi} is the pure
 * translation; {@link dev.weft.dialects.gatewayapi.Statuses} tells how each object was taken. Owns
 * no state but what it read. Read {@code GatewayApi} first, then {@code Attachment} and {@code
 * Rules}.
 */
@NullMarked
package dev.weft.dialects.gatewayapi;

import org.jspecify.annotations.NullMarked;
