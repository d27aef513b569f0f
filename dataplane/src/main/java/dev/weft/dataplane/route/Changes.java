package dev.weft.dataplane.route;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is changed in a request on its way to a backend, and in the answer on its way back.
 *
 * @param path what the backend sees as path
 * @param host what it sees as host; empty for what the caller asked for
 * @param request changes of the request's head
 * @param answer changes of the head of the backend's answer
 * @param mirrors who gets a copy; what they answer is thrown away
 */
public record Changes(
        PathRewrite path,
        String host,
        HeaderEdits request,
        HeaderEdits answer,
        List<Mirror> mirrors) {
    private static final int MIRRORS_MAX = 8;
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]*(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?");
    private static final Changes NONE =
            new Changes(
                    new PathRewrite.Keep(), "", HeaderEdits.none(), HeaderEdits.none(), List.of());

    public Changes {
        mirrors = List.copyOf(mirrors);
        if (mirrors.size() > MIRRORS_MAX) {
            throw new IllegalArgumentException(
                    "mirrors: " + mirrors.size() + " (expected: at most " + MIRRORS_MAX + ")");
        }
        if (!host.isEmpty() && !HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host: " + host + " (expected: a name, and a port where it needs one)");
        }
    }

    public static Changes none() {
        return NONE;
    }

    public Changes withPath(PathRewrite other) {
        return new Changes(other, host, request, answer, mirrors);
    }

    public Changes withHost(String other) {
        return new Changes(path, other, request, answer, mirrors);
    }

    public Changes withRequest(HeaderEdits other) {
        return new Changes(path, host, other, answer, mirrors);
    }

    public Changes withAnswer(HeaderEdits other) {
        return new Changes(path, host, request, other, mirrors);
    }

    public Changes withMirrors(List<Mirror> other) {
        return new Changes(path, host, request, answer, other);
    }

    /**
     * Somebody who gets a copy of a share of the requests.
     *
     * @param to whose answers are thrown away
     */
    public record Mirror(Backend.Endpoints to, Share share) {}
}
