@NullMarked
package dev.weft.machine.workload;

import org.jspecify.annotations.NullMarked;
