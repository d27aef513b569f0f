package dev.weft.api.verb;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.model.Key;
import dev.weft.api.store.Image;
import dev.weft.foundation.time.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;

/**
 * The images that lists in pages began with, so that all pages of a list show one moment. Any
 * thread. Bounded in number and time: a list that takes too long finds its image gone, and is told
 * so.
 */
final class Pages {
    private static final int IMAGES_MAX = 32;

    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Deque<Kept> images = new ArrayDeque<>();
    private final Clock clock;

    private record Kept(Image image, long until) {}

    Pages(Clock clock) {
        this.clock = clock;
    }

    /** Where the next page begins. */
    record Place(long version, Key key) {}

    synchronized void keep(Image image) {
        if (find(image.version()).isEmpty()) {
            if (images.size() == IMAGES_MAX) {
                images.removeFirst();
            }
            images.addLast(new Kept(image, clock.nanos() + KEPT.toNanos()));
        }
    }

    /** Lets go of what nobody has asked for in time. */
    synchronized void expire() {
        images.removeIf(it -> it.until() - clock.nanos() < 0);
    }

    synchronized Optional<Image> find(long version) {
        return images.stream().map(Kept::image).filter(it -> it.version() == version).findFirst();
    }

    static String token(Place place) {
        String text =
                JsonObject.builder()
                        .put("v", place.version())
                        .put("ns", place.key().namespace())
                        .put("n", place.key().name())
                        .build()
                        .toString();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws ApiException with {@code BadRequest} where it is none of ours
     */
    static Place place(String token) {
        try {
            JsonObject tree =
                    JsonText.read(Base64.getUrlDecoder().decode(token))
                            .object()
                            .orElseThrow(() -> new MalformedException("no object"));
            return new Place(
                    tree.whole("v").orElseThrow(() -> new MalformedException("no version")),
                    new Key(tree.text("ns").orElse(""), tree.text("n").orElse("")));
        } catch (IllegalArgumentException | MalformedException e) {
            throw new ApiException(
                    Reason.BAD_REQUEST, "continue key is not valid: " + e.getMessage());
        }
    }

    /** The refusal of a page whose image is gone. */
    static ApiException expired() {
        return new ApiException(
                Reason.EXPIRED,
                "The provided continue parameter is too old to display a consistent list result."
                        + " You can start a new list without the continue parameter.");
    }
}
