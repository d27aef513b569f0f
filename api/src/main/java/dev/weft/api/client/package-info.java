/**
 * The port to the API. Controllers, faces and the command line know this and nothing behind it: on
 * one machine {@code api.embedded} stands there, on a cluster {@code api.remote}. Owns no state.
 * Read {@link dev.weft.api.client.ResourceClient} first.
 */
@NullMarked
package dev.weft.api.client;

import org.jspecify.annotations.NullMarked;
