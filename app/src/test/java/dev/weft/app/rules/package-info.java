/**
 * The rules of the house, checked on every build: who may use whom, where time and chance may
 * stand, and how large things may grow. Read {@link dev.weft.app.rules.BoundaryTest} first.
 */
@NullMarked
package dev.weft.app.rules;

import org.jspecify.annotations.NullMarked;
