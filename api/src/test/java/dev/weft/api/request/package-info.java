/** What the API over HTTP promises its clients. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.request;
