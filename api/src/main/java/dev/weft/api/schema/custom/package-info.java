/**
 * Custom kinds: schemas out of CustomResourceDefinitions, the definitions' own rules, and the walk
 * of an object of such a kind. The words are those of the Kubernetes project's own server for
 * custom kinds, whose recorded answers a test compares with. Pure functions; owns no state but
 * compiled patterns. Read {@link dev.weft.api.schema.custom.CustomAdmission} first.
 */
@NullMarked
package dev.weft.api.schema.custom;

import org.jspecify.annotations.NullMarked;
