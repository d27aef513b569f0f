/**
 * The concerns of a route, one class each: see {@link dev.weft.dataplane.proxy.RouteStack} for
 * their order. A filter without policy returns the service below and so is not there. Owns no state
 * beyond what a filter's own comment says.
 */
@NullMarked
package dev.weft.dataplane.filter;

import org.jspecify.annotations.NullMarked;
