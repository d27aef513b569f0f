package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Guard.Cors;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of other origins call, as the Fetch standard has it: answers preflight requests, and
 * says on every other answer whether the page may read it. What a backend says about it is dropped.
 * Absent where it is the backend's affair.
 */
final class CrossOrigin implements Filter {
    private static final String PREFIX = "access-control-";
    private static final List<byte[]> OWN =
            List.of(
                    bytes(PREFIX + "allow-origin"),
                    bytes(PREFIX + "allow-credentials"),
                    bytes(PREFIX + "allow-methods"),
                    bytes(PREFIX + "allow-headers"),
                    bytes(PREFIX + "expose-headers"),
                    bytes(PREFIX + "max-age"));

    private final @Nullable Cors cors;

    CrossOrigin(@Nullable Cors cors) {
        this.cors = cors;
    }

    @Override
    public Service over(Service next) {
        return cors == null ? next : new Guarding(cors, Origins.of(cors.origins()), next);
    }

    private record Guarding(Cors cors, Origins origins, Service next) implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            Head head = exchange.request();
            Optional<String> origin = head.value("origin");
            Optional<String> asked = head.value(PREFIX + "request-method");
            if (origin.isPresent() && asked.isPresent() && head.methodIs("OPTIONS")) {
                preflight(exchange, origin.get(), asked.get());
            } else {
                exchange.push(this);
                next.serve(exchange);
            }
        }

        private void preflight(Exchange exchange, String origin, String method) {
            Head answer = exchange.answer();
            Optional<String> headers = exchange.request().value(PREFIX + "request-headers");
            answer.startAnswer(204);
            answer.add(
                    "vary",
                    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
            if (origins.has(origin)) {
                allow(answer, origin);
                if (!cors.methods().isEmpty()) {
                    answer.add(PREFIX + "allow-methods", list(cors.methods(), method));
                }
                if (!cors.headers().isEmpty() && headers.isPresent()) {
                    answer.add(PREFIX + "allow-headers", list(cors.headers(), headers.get()));
                }
                if (!cors.maxAge().isZero()) {
                    answer.add(PREFIX + "max-age", Long.toString(cors.maxAge().toSeconds()));
                }
            }
            exchange.begin();
            exchange.end();
        }

        /** Names each, since a star says nothing where credentials are sent along. */
        private static String list(Set<String> allowed, String asked) {
            return allowed.contains("*")
                    ? asked
                    : String.join(", ", allowed.stream().sorted().toList());
        }

        private void allow(Head answer, String origin) {
            boolean anybody = origins.all() && !cors.credentials();
            answer.add(PREFIX + "allow-origin", anybody ? "*" : origin);
            if (cors.credentials()) {
                answer.add(PREFIX + "allow-credentials", "true");
            }
        }

        @Override
        public void answering(Exchange exchange) {
            Head answer = exchange.answer();
            OWN.forEach(answer::drop);
            say(exchange, answer);
        }

        /** A page must be able to read why it was refused. */
        @Override
        public void refusing(Exchange exchange) {
            say(exchange, exchange.answer());
        }

        private void say(Exchange exchange, Head answer) {
            if (!origins.all() || cors.credentials()) {
                answer.add("vary", "Origin");
            }
            Optional<String> origin = exchange.request().value("origin");
            if (origin.isPresent() && origins.has(origin.get())) {
                allow(answer, origin.get());
                if (!cors.exposed().isEmpty()) {
                    answer.add(
                            PREFIX + "expose-headers",
                            String.join(", ", cors.exposed().stream().sorted().toList()));
                }
            }
        }
    }

    /** Origins as they are listed. */
    private record Origins(boolean all, Set<String> exact, List<Pattern> wild) {
        static Origins of(Set<String> listed) {
            return new Origins(
                    listed.contains("*"),
                    Set.copyOf(
                            listed.stream()
                                    .filter(origin -> origin.indexOf('*') < 0)
                                    .map(origin -> origin.toLowerCase(Locale.ROOT))
                                    .toList()),
                    listed.stream()
                            .filter(origin -> origin.contains("://") && origin.indexOf('*') >= 0)
                            .map(Origins::pattern)
                            .toList());
        }

        private static Pattern pattern(String origin) {
            int star = origin.indexOf('*');
            return Pattern.compile(
                    Pattern.quote(origin.substring(0, star))
                            + "[a-z0-9.-]+"
                            + Pattern.quote(origin.substring(star + 1)),
                    Pattern.CASE_INSENSITIVE);
        }

        boolean has(String origin) {
            return all
                    || exact.contains(origin.toLowerCase(Locale.ROOT))
                    || wild.stream().anyMatch(it -> it.matcher(origin).matches());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
