/**
 * What was seen on the wire, as figures: counters and latency histograms that each event loop keeps
 * for itself and whoever reads adds up. {@link dev.weft.dataplane.event.Traffic} owns them; read it
 * first. {@link dev.weft.dataplane.event.Exposition} writes them for Prometheus.
 */
@NullMarked
package dev.weft.dataplane.event;

import org.jspecify.annotations.NullMarked;
