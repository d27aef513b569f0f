/**
 * The shipped program, from outside: started as a process of its own, told what to do by the real
 * clients, watched on its sockets. Owns no state. Read {@link dev.weft.app.endtoend.WeftUp} first.
 */
@NullMarked
package dev.weft.app.endtoend;

import org.jspecify.annotations.NullMarked;
