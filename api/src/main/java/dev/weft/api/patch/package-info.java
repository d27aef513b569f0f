/**
 * Changes to trees, in the three forms that a Kubernetes API takes: JSON Patch, merge patch and
 * strategic merge patch, which knows from the kind's shape how lists are merged. Pure functions.
 * Read {@link dev.weft.api.patch.Patches} first.
 */
@NullMarked
package dev.weft.api.patch;

import org.jspecify.annotations.NullMarked;
