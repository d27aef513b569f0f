/**
 * The kit that controllers are made of: an {@link dev.weft.api.control.Informer} keeps a copy of
 * the objects of a kind, a {@link dev.weft.api.control.WorkQueue} says which to look at, a {@link
 * dev.weft.api.control.Reconciler} returns a plan, a {@link dev.weft.api.control.Controller}
 * carries it out. Knows the port {@code api.client} and nothing behind it. Each informer owns its
 * copy, each controller its queue and what it expects to see. Read {@link
 * dev.weft.api.control.Reconciler} first, then {@link dev.weft.api.control.Controller}.
 */
@NullMarked
package dev.weft.api.control;

import org.jspecify.annotations.NullMarked;
