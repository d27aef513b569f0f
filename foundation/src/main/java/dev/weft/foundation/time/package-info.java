/**
 * Time as something that is given: the only place that asks the machine what time it is. Owns no
 * state. Read {@link dev.weft.foundation.time.Clock} first.
 */
@NullMarked
package dev.weft.foundation.time;

import org.jspecify.annotations.NullMarked;
