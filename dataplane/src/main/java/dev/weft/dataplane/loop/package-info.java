/**
 * Event loops: the threads of the data plane, the timers and the clock that each of them keeps.
 * Everything here belongs to one loop unless it says otherwise. Read {@link
 * dev.weft.dataplane.loop.Loop} first.
 */
@NullMarked
package dev.weft.dataplane.loop;

import org.jspecify.annotations.NullMarked;
