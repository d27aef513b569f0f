package dev.weft.api.store;

import java.util.concurrent.CompletableFuture;

/**
 * A write on its way.
 *
 * @param body the text of the object, made by the caller so that the store thread need not
 */
record Pending(Write write, byte[] body, CompletableFuture<Outcome> outcome) {}
