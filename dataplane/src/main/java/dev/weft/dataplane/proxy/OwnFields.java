package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.CallMarks;
import dev.weft.dataplane.filter.CallerFields;
import dev.weft.dataplane.filter.Retries;

/**
 * What the filters of all routes share: those that put fields of Weft's own into a head, and what
 * retries draw from.
 */
record OwnFields(CallerFields caller, CallMarks marks, Retries retries) {}
