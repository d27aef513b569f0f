/**
 * Where pods listen and how they find each other: a loopback address for each pod, the variables
 * that name Services, and a look at what a process listens on. {@link
 * dev.weft.machine.network.PodAddresses} owns which pod has which address; read it first.
 */
@NullMarked
package dev.weft.machine.network;

import org.jspecify.annotations.NullMarked;
