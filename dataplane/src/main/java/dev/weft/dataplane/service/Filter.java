package dev.weft.dataplane.service;

/**
 * One concern of a {@link Stack}. Given the service below, it returns the service that does its
 * part and then calls the one below; a filter that has nothing to do returns {@code next} itself
 * and so costs nothing. What it wants to see of the way back it pushes as a {@link Step}.
 */
@FunctionalInterface
public interface Filter {
    Service over(Service next);
}
