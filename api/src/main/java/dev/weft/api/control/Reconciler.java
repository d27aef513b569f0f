package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.model.Key;

/**
 * Decides what has to happen for one object. Reads from informers alone and does nothing itself, so
 * that it can be run again at any time; the plan is carried out by the controller that called it.
 */
@FunctionalInterface
public interface Reconciler {
    Plan reconcile(Key key);

    /**
     * What to tell the user after an action was refused for another reason than an old copy. The
     * object is looked at again after a back-off in any case; what is refused here is not told
     * again.
     */
    default Plan refused(Key key, Action action, ApiException why) {
        return Plan.nothing();
    }
}
