/**
 * The agent that makes the pods of this node run. {@link dev.weft.machine.pod.Agent} watches them
 * and gives each to a {@code PodWorker}, which is the only one to touch what belongs to its pod:
 * read these two first. A worker decides what its {@code ContainerWork}s do next, a {@code Starter}
 * turns a container's manifest into a launch, a {@code StatusText} what has become of it into the
 * status that the API is told.
 */
@NullMarked
package dev.weft.machine.pod;

import org.jspecify.annotations.NullMarked;
