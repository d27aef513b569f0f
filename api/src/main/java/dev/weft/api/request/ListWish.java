package dev.weft.api.request;

import dev.weft.api.ask.Moment;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.schema.Cause;
import java.util.regex.Pattern;

/**
 * The options of a list or a watch, checked against one another as Kubernetes does.
 *
 * @param version empty where none was given
 * @param match how the version is meant, empty where not said
 */
record ListWish(
        String version,
        String match,
        String token,
        int limit,
        boolean watch,
        boolean sendInitialEvents,
        boolean bookmarks,
        long timeoutSeconds) {
    private static final String OPTIONS = "ListOptions";
    private static final Pattern VERSION = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final String MATCH = "resourceVersionMatch";
    private static final String INITIAL = "sendInitialEvents";

    static ListWish of(Params params) {
        long limit = params.number("limit").orElse(0);
        var wish =
                new ListWish(
                        params.text("resourceVersion"),
                        params.text(MATCH),
                        params.text("continue"),
                        (int) Math.min(Math.max(limit, 0), Integer.MAX_VALUE),
                        params.flag("watch"),
                        params.flag(INITIAL),
                        params.flag("allowWatchBookmarks"),
                        params.number("timeoutSeconds").orElse(0));
        wish.check(params.has(INITIAL));
        return wish;
    }

    private void check(boolean saysInitial) {
        if (!version.isEmpty() && !VERSION.matcher(version).matches()) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "invalid resource version: resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
                            .formatted(version, version));
        }
        if (watch) {
            checkWatch(saysInitial);
        } else {
            checkList(saysInitial);
        }
    }

    private void checkWatch(boolean saysInitial) {
        if (saysInitial && !match.equals("NotOlderThan")) {
            throw forbidden(
                    MATCH,
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
        if (!saysInitial && !match.isEmpty()) {
            throw forbidden(
                    MATCH,
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is"
                            + " provided");
        }
        if (!token.isEmpty()) {
            throw forbidden("continue", "continue is forbidden for watch");
        }
    }

    private void checkList(boolean saysInitial) {
        if (saysInitial) {
            throw forbidden(INITIAL, "sendInitialEvents is forbidden for list");
        }
        if (!match.isEmpty()) {
            if (version.isEmpty()) {
                throw forbidden(
                        MATCH,
                        "resourceVersionMatch is forbidden unless resourceVersion is provided");
            }
            if (!token.isEmpty()) {
                throw forbidden(
                        MATCH, "resourceVersionMatch is forbidden when continue is provided");
            }
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                throw Wishes.unsupported(
                        OPTIONS, MATCH, match, "\"Exact\", \"NotOlderThan\", \"\"");
            }
            if (match.equals("Exact") && version.equals("0")) {
                throw forbidden(
                        MATCH,
                        "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"");
            }
        }
        if (!token.isEmpty() && !version.isEmpty() && !version.equals("0")) {
            throw Wishes.bad("specifying resource version is not allowed when using continue");
        }
    }

    /** As of when the list is wanted. */
    Moment moment() {
        if (!token.isEmpty()) {
            return new Moment.After(token);
        }
        if (version.isEmpty() || version.equals("0")) {
            return new Moment.Latest();
        }
        return match.equals("Exact")
                ? new Moment.Exactly(Long.parseLong(version))
                : new Moment.NotOlderThan(Long.parseLong(version));
    }

    /** Whether the watch begins with what there is. */
    boolean beginsWithAll() {
        return sendInitialEvents || version.isEmpty() || version.equals("0");
    }

    private static ApiException forbidden(String field, String why) {
        return Wishes.invalid(OPTIONS, new Cause(Cause.FORBIDDEN, "Forbidden: " + why, field));
    }
}
