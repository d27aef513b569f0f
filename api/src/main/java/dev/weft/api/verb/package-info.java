/**
 * What can be done with an object of any kind: create, read, list, watch, replace, patch, scale,
 * delete; with the rules that every kind obeys, and those that single built-in kinds add. Both
 * faces, the direct one and the one over HTTP, stand on it. Owns the set of kinds that is served
 * and the addresses given to Services; objects are owned by the store. Read {@link
 * dev.weft.api.verb.Verbs} first.
 */
@NullMarked
package dev.weft.api.verb;

import org.jspecify.annotations.NullMarked;
