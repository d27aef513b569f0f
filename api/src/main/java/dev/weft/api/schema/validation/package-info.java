/**
 * The rules that a custom kind states in expressions ({@code x-kubernetes-validations}): which type
 * each part of a schema has in them, which values the parts of an object are, what is wrong with
 * the rules of a definition, and which of them an object breaks. Rules are compiled once for each
 * schema, when an object of the kind is first written; a kind without rules costs nothing. Owns no
 * state beyond what the schema keeps. Read {@link dev.weft.api.schema.validation.Validations}
 * first.
 */
@NullMarked
package dev.weft.api.schema.validation;

import org.jspecify.annotations.NullMarked;
