/**
 * Work that runs beside other work, and ends before its owner does. The only place that starts
 * threads. A scope owns the threads it started. Read {@link dev.weft.foundation.task.TaskScope}
 * first.
 */
@NullMarked
package dev.weft.foundation.task;

import org.jspecify.annotations.NullMarked;
