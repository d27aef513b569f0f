package dev.weft.dialects.openfaas;

import dev.weft.api.model.Key;
import java.util.Map;

/** How often functions were called, by the data plane's figures. Any thread. */
@FunctionalInterface
public interface Invocations {
    /** Those that were called at all. */
    Map<Key, Long> counts();
}
