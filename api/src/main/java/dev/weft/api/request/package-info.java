/**
 * The API over HTTP, as kubectl and every other client of Kubernetes speaks it: paths, parameters,
 * bodies and answers. What a request means is decided in {@code api.verb}. Owns no state. Read
 * {@link dev.weft.api.request.ApiHandler} first, which sends each path to the class that answers
 * it.
 */
@NullMarked
package dev.weft.api.request;

import org.jspecify.annotations.NullMarked;
