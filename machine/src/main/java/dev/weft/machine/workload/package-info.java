/**
 * What keeps the wanted pods, endpoints and namespaces in being: the controllers that a cluster
 * would bring along. Each kind has a reconciler, which gathers what is known from informers, and a
 * pure planner beside it, which decides. The API owns all state; what stands here in memory may be
 * lost at any time. Read {@link dev.weft.machine.workload.Workloads} first, then {@code Rollout}.
 */
@NullMarked
package dev.weft.machine.workload;

import org.jspecify.annotations.NullMarked;
