/**
 * The documents by which a client learns what is served: plain, aggregated v2 and aggregated
 * v2beta1. Pure functions of the set of kinds. Read {@link dev.weft.api.discovery.Discovery} first.
 */
@NullMarked
package dev.weft.api.discovery;

import org.jspecify.annotations.NullMarked;
