package dev.weft.dialects.openfaas;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may administer at all, before any login: callers on this machine, over a loopback listener,
 * and no page of a foreign site in somebody's browser.
 */
final class Guard {
    private static final Pattern ADDRESS =
            Pattern.compile("(localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    private Guard() {}

    static void check(Asked asked) {
        InetAddress there = asked.call().peer().address().getAddress();
        InetAddress here = asked.call().peer().local().getAddress();
        if (there == null
                || here == null
                || !there.isLoopbackAddress()
                || !here.isLoopbackAddress()) {
            throw FaceException.notFound(
                    "loopback-only",
                    "Functions are administered from the machine itself, over a loopback address.");
        }
        Optional<String> site = asked.call().headers().first("sec-fetch-site");
        boolean foreignSite =
                site.filter(it -> it.equals("cross-site") || it.equals("same-site")).isPresent();
        Optional<String> origin = asked.call().headers().first("origin");
        if (foreignSite || origin.isPresent() && !isOwn(asked, origin.get())) {
            throw new FaceException(
                    403, "foreign-origin", "A page of another site may not administer functions.");
        }
    }

    /** Whether the host is an address or localhost, and not a name that should lead elsewhere. */
    static boolean isByAddress(Asked asked) {
        String host = asked.call().headers().first("host").orElse("").toLowerCase(Locale.ROOT);
        return ADDRESS.matcher(host).matches();
    }

    private static boolean isOwn(Asked asked, String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            String host = asked.call().headers().first("host").orElse("");
            return authority != null
                    && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
