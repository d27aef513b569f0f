package dev.weft.api.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How an object is to be deleted.
 *
 * @param grace how long a pod may take to stop; absent means what the object says
 * @param uid delete only if the object still is this one; empty for whichever is there
 * @param resourceVersion delete only if it is unchanged since; empty for whatever it is now
 */
public record Deletion(
        Propagation propagation, Optional<Duration> grace, String uid, String resourceVersion) {
    /** What happens to the objects that the deleted one owns. */
    public enum Propagation {
        /** They are deleted after it. */
        BACKGROUND,
        /** They are deleted before it. */
        FOREGROUND,
        /** They stay, without owner. */
        ORPHAN
    }

    public static Deletion background() {
        return new Deletion(Propagation.BACKGROUND, Optional.empty(), "", "");
    }

    public static Deletion now() {
        return new Deletion(Propagation.BACKGROUND, Optional.of(Duration.ZERO), "", "");
    }

    public Deletion propagating(Propagation propagation) {
        return new Deletion(propagation, grace, uid, resourceVersion);
    }

    public Deletion onlyUid(String uid) {
        return new Deletion(propagation, grace, uid, resourceVersion);
    }

    public Deletion onlyVersion(String resourceVersion) {
        return new Deletion(propagation, grace, uid, resourceVersion);
    }
}
