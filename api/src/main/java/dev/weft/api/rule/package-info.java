/**
 * What single built-in kinds ask for beyond what holds for all, and which kinds there are at this
 * moment. Owns the set of kinds that is served and the addresses given to Services. Read {@link
 * dev.weft.api.rule.Rules} first.
 */
@NullMarked
package dev.weft.api.rule;

import org.jspecify.annotations.NullMarked;
