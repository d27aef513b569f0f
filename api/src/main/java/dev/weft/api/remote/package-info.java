/**
 * The port on a real Kubernetes API, over HTTPS. Uses fabric8's client for what is laborious about
 * that, the kubeconfig, credentials that expire and TLS, and sends and reads the bodies itself, so
 * that nothing in a tree is lost on the way. Costs a third of a second and 60 MB to load, so nobody
 * but the composition root mentions it. Owns its connections. Read {@link
 * dev.weft.api.remote.RemoteApi} first.
 */
@NullMarked
package dev.weft.api.remote;

import org.jspecify.annotations.NullMarked;
