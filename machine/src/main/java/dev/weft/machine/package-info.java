/**
 * What a cluster would supply: controllers of workloads, and the agent that makes pods run as
 * processes of this machine. Knows the API through its client port alone.
 *
 * <p>{@code pod} is the agent: read it first, and below it {@code sandbox} (processes that outlive
 * the platform), {@code log} (what they wrote), {@code image} (what they run) and {@code network}
 * (where they listen). {@code workload} decides which pods there are.
 */
@NullMarked
package dev.weft.machine;

import org.jspecify.annotations.NullMarked;
