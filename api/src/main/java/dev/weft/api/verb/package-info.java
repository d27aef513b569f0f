/**
 * What can be done with an object of any kind: create, read, list, watch, replace, patch, scale,
 * delete; with the rules that every kind obeys, and those that single built-in kinds add. Both
 * faces, the direct one and the one over HTTP, stand on it. Owns no state: objects are the store's,
 * kinds and addresses are those of {@code api.rule}. Read {@link dev.weft.api.verb.Verbs} first.
 */
@NullMarked
package dev.weft.api.verb;

import org.jspecify.annotations.NullMarked;
