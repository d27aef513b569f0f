package dev.weft.dialects.openfaas;

/** Which images can be run here. Supplied by whoever keeps them. Any thread. */
@FunctionalInterface
public interface LocalImages {
    boolean has(String image);
}
