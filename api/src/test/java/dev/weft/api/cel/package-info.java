@NullMarked
package dev.weft.api.cel;

import org.jspecify.annotations.NullMarked;
