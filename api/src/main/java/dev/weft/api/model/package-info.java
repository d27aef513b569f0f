/**
 * What Weft's own code reads and writes: views on the stored tree, one record a kind. Owns no
 * state. Read {@link dev.weft.api.model.Resource} first.
 */
@NullMarked
package dev.weft.api.model;

import org.jspecify.annotations.NullMarked;
