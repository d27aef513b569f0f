package dev.weft.mesh.intent;

import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Share;
import java.util.List;
import java.util.Optional;

/**
 * Requests that match and come by one of the places are changed and shared out. A rule with several
 * matches is several of these.
 *
 * @param rule the rule's name, empty where it has none
 * @param order its place among the rules of its source
 * @param policy without the mirrors, which are named beside it
 * @param elsewhere where the caller is sent, in the place of any share
 */
public record HttpRule(
        Source source,
        String rule,
        int order,
        List<Place> places,
        Match match,
        Policy policy,
        Sharing sharing,
        Optional<Backend.Redirect> elsewhere)
        implements Intent {
    public HttpRule {
        places = List.copyOf(places);
    }

    /** Who gets requests, and who gets copies of them. */
    public record Sharing(List<Part> parts, List<Copy> copies) {
        public Sharing {
            parts = List.copyOf(parts);
            copies = List.copyOf(copies);
        }
    }

    /**
     * A weight and who gets it.
     *
     * @param changes of the requests that go there, without mirrors
     */
    public record Part(long weight, Target target, Changes changes, List<Copy> copies) {
        public Part {
            copies = List.copyOf(copies);
        }
    }

    /** Somebody who gets copies of a share of the requests. */
    public record Copy(Target.Port to, Share share) {}
}
