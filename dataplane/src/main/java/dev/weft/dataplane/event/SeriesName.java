package dev.weft.dataplane.event;

/**
 * What a series of figures is about; the names that {@code route.Route} and {@code route.Backend}
 * carry, and who called.
 *
 * @param service whom the caller addressed
 * @param source the workload that called: by the name in its certificate or by its address; {@link
 *     #OUTSIDE} for whoever is not known
 */
public record SeriesName(String route, String service, String backend, String source) {
    public static final String OUTSIDE = "outside";

    public SeriesName(String route, String service, String backend) {
        this(route, service, backend, OUTSIDE);
    }

    SeriesName from(String other) {
        return new SeriesName(route, service, backend, other);
    }

    /** Written out, since thousands are looked up when a snapshot is applied. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof SeriesName it
                        && it.route.equals(route)
                        && it.service.equals(service)
                        && it.backend.equals(backend)
                        && it.source.equals(source));
    }

    @Override
    public int hashCode() {
        return ((route.hashCode() * 31 + service.hashCode()) * 31 + backend.hashCode()) * 31
                + source.hashCode();
    }
}
