package dev.weft.app.console;

import dev.weft.dataplane.service.Call;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Who may read the console. Any thread.
 *
 * <p>The host must be an address or localhost: a name that leads here by its owner's name server
 * would let that owner's page read what it is not meant to.
 */
record Guard(Predicate<Optional<String>> login) {
    private static final Pattern HOST =
            Pattern.compile(
                    "(localhost|[a-z0-9-]+\\.localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    /** Why a call is not answered. */
    record Refusal(int status, String cause, String sentence) {}

    Optional<Refusal> refuses(Call call) {
        if (!call.method().equals("GET") && !call.method().equals("HEAD")) {
            return Optional.of(
                    new Refusal(405, "read-only", "The console only reads (expected: GET)."));
        }
        String host = call.headers().first("host").orElse("").toLowerCase(Locale.ROOT);
        if (!HOST.matcher(host).matches()) {
            return Optional.of(
                    new Refusal(
                            403,
                            "foreign-host",
                            "The console answers for addresses and for localhost, not for names."));
        }
        String site = call.headers().first("sec-fetch-site").orElse("none");
        boolean navigation =
                call.headers().first("sec-fetch-mode").filter("navigate"::equals).isPresent();
        boolean foreignSite = !navigation && !site.equals("none") && !site.equals("same-origin");
        Optional<String> origin = call.headers().first("origin");
        if (foreignSite || origin.isPresent() && !isOwn(origin.get(), host)) {
            return Optional.of(
                    new Refusal(
                            403, "foreign-origin", "A page of another site may not read this."));
        }
        if (!isLocal(call) && !login.test(call.headers().first("authorization"))) {
            return Optional.of(
                    new Refusal(401, "login-needed", "Log in as admin to read this from afar."));
        }
        return Optional.empty();
    }

    private static boolean isOwn(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.toLowerCase(Locale.ROOT).equals(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isLocal(Call call) {
        InetAddress there = call.peer().address().getAddress();
        InetAddress here = call.peer().local().getAddress();
        return there != null
                && here != null
                && there.isLoopbackAddress()
                && here.isLoopbackAddress();
    }
}
