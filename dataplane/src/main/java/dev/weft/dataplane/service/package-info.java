/**
 * The vocabulary of work: {@link dev.weft.dataplane.service.Service} is asynchronous and stays on
 * its event loop, {@link dev.weft.dataplane.service.Handler} is blocking code on a virtual thread,
 * and there is one bridge between them. No type of the network library appears here, so that any
 * room may speak it. Owns no state.
 */
@NullMarked
package dev.weft.dataplane.service;

import org.jspecify.annotations.NullMarked;
