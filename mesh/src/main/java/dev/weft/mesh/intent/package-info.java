/**
 * What a route, a split or a policy means, in values of our own. Every dialect translates into
 * these, and {@code mesh.compile} reads nothing else of theirs. Owns no state. Read {@link
 * dev.weft.mesh.intent.Intent} first.
 */
@NullMarked
package dev.weft.mesh.intent;

import org.jspecify.annotations.NullMarked;
