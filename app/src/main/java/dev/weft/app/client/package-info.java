/**
 * The command line's way to the API: HTTPS with the certificates of a kubeconfig. Small because it
 * is loaded at each call of a command, where every class counts; controllers have the port of
 * {@code api.client} instead. A connection belongs to the thread that uses it. Read {@link
 * dev.weft.app.client.ApiConnection} first.
 */
@NullMarked
package dev.weft.app.client;

import org.jspecify.annotations.NullMarked;
