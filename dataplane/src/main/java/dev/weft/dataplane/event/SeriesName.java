package dev.weft.dataplane.event;

/**
 * What a series of figures is about; the names that {@code route.Route} and {@code route.Backend}
 * carry.
 */
public record SeriesName(String route, String service, String backend) {}
