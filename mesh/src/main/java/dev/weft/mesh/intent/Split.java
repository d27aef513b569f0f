package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import java.util.List;

/**
 * Every call to a Service is shared out among others, whoever calls and by whichever way.
 *
 * @param root the Service that is called; it may be among its own shares
 */
public record Split(Source source, Key root, List<Share> shares) implements Intent {
    public Split {
        shares = List.copyOf(shares);
    }

    /** What a Service is to get: its weight in thousandths, of which only the proportion counts. */
    public record Share(Key service, long weightMilli) {
        public Share {
            if (weightMilli < 0) {
                throw new IllegalArgumentException(
                        "weightMilli: " + weightMilli + " (expected: >= 0)");
            }
        }
    }
}
