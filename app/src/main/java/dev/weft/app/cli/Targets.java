package dev.weft.app.cli;

import dev.weft.app.client.Catalog.KnownKind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Which resources a command means: {@code pods}, {@code pods a b}, {@code deploy,po}, {@code pod/a
 * deploy/b}. Immutable.
 *
 * @param name empty for all of the kind
 */
record Targets(KnownKind kind, String namespace, String name) {

    /** The targets that words name, in the order given. */
    static List<Targets> of(Session session, Flags.Given given, String verb) throws IOException {
        List<String> words = given.words();
        if (words.isEmpty()) {
            throw Failure.usage(
                    "weft " + verb + " needs to know of what",
                    "seen: nothing (expected: KIND, KIND NAME or KIND/NAME)",
                    "for example: weft " + verb + " pods");
        }
        var targets = new ArrayList<Targets>();
        if (words.getFirst().contains("/")) {
            for (String word : words) {
                targets.add(slashed(session, given, word));
            }
            return targets;
        }
        for (String kindWord : words.getFirst().split(",", -1)) {
            KnownKind kind = session.kind(kindWord);
            List<String> names = words.subList(1, words.size());
            for (String name : names.isEmpty() ? List.of("") : names) {
                targets.add(new Targets(kind, namespace(given, !name.isEmpty()), name));
            }
        }
        return targets;
    }

    private static Targets slashed(Session session, Flags.Given given, String word)
            throws IOException {
        int slash = word.indexOf('/');
        if (slash <= 0 || slash == word.length() - 1) {
            throw Failure.usage(
                    word + " names no resource", "seen: " + word + " (expected: KIND/NAME)", "");
        }
        return new Targets(
                session.kind(word.substring(0, slash)),
                namespace(given, true),
                word.substring(slash + 1));
    }

    private static String namespace(Flags.Given given, boolean named) {
        return given.has("all-namespaces") && !named ? "" : given.value("namespace", "default");
    }

    /** Where it is, without query. */
    String path() {
        return name.isEmpty() ? kind.path(namespace) : kind.path(namespace) + "/" + encode(name);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
