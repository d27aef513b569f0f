/**
 * What can be asked of the API, in words: which kind and object, which selection, as of when, on
 * what terms, and what came of it. Values only; owns no state. Read {@link dev.weft.api.ask.Target}
 * first.
 */
@NullMarked
package dev.weft.api.ask;

import org.jspecify.annotations.NullMarked;
