/**
 * What the data plane's figures say: rates, success and quantiles over the last seconds, and
 * Prometheus' text. {@link dev.weft.mesh.observe.Observer} owns the readings of the last minute;
 * everything else is a pure function of them. Read {@link dev.weft.mesh.observe.Golden} first.
 */
@NullMarked
package dev.weft.mesh.observe;

import org.jspecify.annotations.NullMarked;
