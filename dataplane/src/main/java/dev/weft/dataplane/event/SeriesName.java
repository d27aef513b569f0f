package dev.weft.dataplane.event;

/**
 * What a series of figures is about; the names that {@code route.Route} and {@code route.Backend}
 * carry.
 */
public record SeriesName(String route, String service, String backend) {
    /** Written out, since thousands are looked up when a snapshot is applied. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof SeriesName it
                        && it.route.equals(route)
                        && it.service.equals(service)
                        && it.backend.equals(backend));
    }

    @Override
    public int hashCode() {
        return (route.hashCode() * 31 + service.hashCode()) * 31 + backend.hashCode();
    }
}
