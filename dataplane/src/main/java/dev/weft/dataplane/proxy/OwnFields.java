package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.CallMarks;
import dev.weft.dataplane.filter.CallerFields;

/** The filters that put fields of Weft's own into a head; shared by all routes. */
record OwnFields(CallerFields caller, CallMarks marks) {}
