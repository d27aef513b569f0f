@NullMarked
package dev.weft.api.ask;

import org.jspecify.annotations.NullMarked;
