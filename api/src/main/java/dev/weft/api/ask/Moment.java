package dev.weft.api.ask;

/** As of when a list is wanted. */
public sealed interface Moment {
    /** As it stands now, which is also not older than any version that was ever seen. */
    record Latest() implements Moment {}

    /** Not older than this version. */
    record NotOlderThan(long version) implements Moment {}

    /** Exactly at this version. */
    record Exactly(long version) implements Moment {}

    /** The next page of a list, by the token of the page before. */
    record After(String token) implements Moment {}
}
