/** Words for people: what they may have meant. Owns no state. */
@NullMarked
package dev.weft.foundation.text;

import org.jspecify.annotations.NullMarked;
