/**
 * The Service Mesh Interface: TrafficSplit, in whichever version it was written (the API converts).
 * Owns no state. Read {@link dev.weft.dialects.smi.TrafficSplits} first.
 */
@NullMarked
package dev.weft.dialects.smi;

import org.jspecify.annotations.NullMarked;
