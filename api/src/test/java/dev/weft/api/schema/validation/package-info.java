@NullMarked
package dev.weft.api.schema.validation;

import org.jspecify.annotations.NullMarked;
