/**
 * The Kubernetes-shaped API: kinds as data, what is stored and how it is asked for, and the port
 * through which every other room knows it. {@code store} owns the state. Read {@link
 * dev.weft.api.client.ResourceClient} first, which is all that most of Weft sees, then {@link
 * dev.weft.api.embedded.EmbeddedApi}, which stands behind it on one machine.
 */
@NullMarked
package dev.weft.api;

import org.jspecify.annotations.NullMarked;
