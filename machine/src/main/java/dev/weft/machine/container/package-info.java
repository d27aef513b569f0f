/**
 * How a container's manifest is read: what it is told about itself and its surroundings, where its
 * volumes are, as whom it runs. Owns the files of volumes and nothing else. Read {@link
 * dev.weft.machine.container.ContainerSpec} first, then {@link
 * dev.weft.machine.container.Environment}.
 */
@NullMarked
package dev.weft.machine.container;

import org.jspecify.annotations.NullMarked;
