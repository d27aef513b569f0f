/**
 * Keys, certificates and who is trusted, as values: read {@link
 * dev.weft.dataplane.route.tls.TlsServer} first. Owns no state.
 */
@NullMarked
package dev.weft.dataplane.route.tls;

import org.jspecify.annotations.NullMarked;
