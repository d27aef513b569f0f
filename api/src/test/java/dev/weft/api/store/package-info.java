/** What the store promises. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.store;
