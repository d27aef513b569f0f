package dev.weft.dialects.openfaas;

import dev.weft.api.model.Key;

/** How often functions were called, by the data plane's figures. Any thread. */
@FunctionalInterface
public interface Invocations {
    long count(Key function);
}
