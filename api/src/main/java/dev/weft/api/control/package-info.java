/**
 * The kit that controllers are made of: informers keep a copy of the objects of a kind, queues say
 * which to look at, a {@link dev.weft.api.control.Reconciler} returns a plan, a controller carries
 * it out. Knows the port {@code api.client} and nothing behind it. Read {@link
 * dev.weft.api.control.Reconciler} first.
 */
@NullMarked
package dev.weft.api.control;

import org.jspecify.annotations.NullMarked;
