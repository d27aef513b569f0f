/**
 * TLS: who we are ({@link dev.weft.dataplane.tls.TlsIdentity}, in the JDK's types), whom we
 * believe, and the engine that speaks it: BoringSSL where its library loads, the JDK's otherwise. A
 * listener owns a {@link dev.weft.dataplane.tls.ServerTls}, an endpoint an {@link
 * dev.weft.dataplane.tls.EndpointTls}; both own native memory and are closed. Read {@link
 * dev.weft.dataplane.tls.ServerHandshake} first: it is what a caller meets.
 */
@NullMarked
package dev.weft.dataplane.tls;

import org.jspecify.annotations.NullMarked;
