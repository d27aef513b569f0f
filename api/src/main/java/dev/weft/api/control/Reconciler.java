package dev.weft.api.control;

import dev.weft.api.model.Key;

/**
 * Decides what has to happen for one object. Reads from informers alone and does nothing itself, so
 * that it can be run again at any time; the plan is carried out by the controller that called it.
 */
@FunctionalInterface
public interface Reconciler {
    Plan reconcile(Key key);
}
