/**
 * TLS: who we are ({@link dev.weft.dataplane.tls.TlsIdentity}, in the JDK's types) and the engine
 * that speaks it: BoringSSL where its library loads, the JDK's otherwise. Owns no state.
 */
@NullMarked
package dev.weft.dataplane.tls;

import org.jspecify.annotations.NullMarked;
