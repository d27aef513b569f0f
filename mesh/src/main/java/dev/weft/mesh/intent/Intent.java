package dev.weft.mesh.intent;

/**
 * One thing that somebody wants of the data plane. Immutable; where two contradict one another, the
 * older {@link Source} stands.
 */
public sealed interface Intent
        permits Split, PathRoute, Opening, HttpRule, ConnectionRule, Trust, Terms, Listing {
    /** The object that says so. */
    Source source();
}
