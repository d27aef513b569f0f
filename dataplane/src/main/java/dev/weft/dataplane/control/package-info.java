/**
 * The platform's own listeners, the API and the console: the data plane's connections with one
 * fixed handler each, on an event loop that nothing applied can reach. {@link
 * dev.weft.dataplane.control.ControlServer} owns the loop, the socket and the handlers' threads,
 * and is all there is to read.
 */
@NullMarked
package dev.weft.dataplane.control;

import org.jspecify.annotations.NullMarked;
