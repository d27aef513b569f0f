package dev.weft.machine.pod;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;

/**
 * What the API showed of a container when the platform came back: a process that was ready before a
 * crash of the platform is taken to be ready until a probe says otherwise.
 */
record Shown(boolean ready, boolean started) {
    static final Shown NOTHING = new Shown(false, false);

    static Shown of(Resource pod, String container) {
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonObject it : pod.status().array(list).objects()) {
                if (it.text("name").orElse("").equals(container)) {
                    return new Shown(
                            it.flag("ready").orElse(false), it.flag("started").orElse(false));
                }
            }
        }
        return NOTHING;
    }
}
