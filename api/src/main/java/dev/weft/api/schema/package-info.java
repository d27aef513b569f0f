/**
 * What an object of a kind may look like, and the one walk that holds an object against it: types,
 * unknown and repeated fields, defaults, rules. Built-in kinds (whose shape is a resource file made
 * by {@code api/src/kinds}) and a user's custom kinds alike. Pure functions; owns no state but the
 * parsed shapes, which never change. Read {@link dev.weft.api.schema.Schema} first, then {@link
 * dev.weft.api.schema.Admission}.
 */
@NullMarked
package dev.weft.api.schema;

import org.jspecify.annotations.NullMarked;
