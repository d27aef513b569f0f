/** Proof that pods run as their manifests say, on an embedded API and with real processes. */
@NullMarked
package dev.weft.machine.pod;

import org.jspecify.annotations.NullMarked;
