/** Text: what people may have meant, digits for machines. Owns no state. */
@NullMarked
package dev.weft.foundation.text;

import org.jspecify.annotations.NullMarked;
