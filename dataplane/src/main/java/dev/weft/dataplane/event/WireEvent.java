package dev.weft.dataplane.event;

/**
 * Something that happened on the wire: the one vocabulary of whatever reports and whatever counts.
 * Every event is a constant, so that reporting one allocates nothing; what an event is about stands
 * in the exchange or connection that it is reported for, and numbers (bytes, time) go beside it.
 * Counters, the access log and the marks of a trace are all fed from here: see decision 0113.
 */
public sealed interface WireEvent permits ConnectionEvent, ExchangeEvent, RetryRefusal {
    /** As it stands in a label. */
    String label();
}
