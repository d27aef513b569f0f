/** What the API in this process promises its callers. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.embedded;
