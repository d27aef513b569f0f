package dev.weft.app.cli;

import dev.weft.api.codec.JsonObject;
import dev.weft.app.client.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** {@code weft logs}. */
final class LogsCommand implements Command {
    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given =
                Flags.ofClient()
                        .value("-n", "--namespace")
                        .value("-c", "--container")
                        .flag("-f", "--follow")
                        .flag("-p", "--previous")
                        .flag("--timestamps")
                        .value("--tail")
                        .value("--since")
                        .parse("logs", arguments);
        if (given.words().size() != 1) {
            throw Failure.usage(
                    "weft logs reads one pod",
                    "seen: " + given.words().size() + " names (expected: POD, or deploy/NAME)",
                    "weft get pods lists them");
        }
        return Session.with(
                context,
                given,
                session -> {
                    String namespace = given.value("namespace", "default");
                    String pod = pod(session, namespace, given.words().getFirst());
                    return print(session, namespace, pod, given);
                });
    }

    /** The pod itself, or of what selects pods one that runs. */
    private static String pod(Session session, String namespace, String word) throws IOException {
        int slash = word.indexOf('/');
        if (slash < 0) {
            return word;
        }
        var kind = session.kind(word.substring(0, slash));
        String name = word.substring(slash + 1);
        if (kind.kind().equals("Pod")) {
            return name;
        }
        JsonObject owner =
                session.expect(session.connection().get(kind.path(namespace) + "/" + name)).json();
        var selector = new ArrayList<String>();
        JsonObject labels =
                kind.kind().equals("Service")
                        ? owner.object("spec", "selector")
                        : owner.object("spec", "selector", "matchLabels");
        labels.texts().forEach((label, value) -> selector.add(label + "=" + value));
        if (selector.isEmpty()) {
            throw Failure.of(word + " selects no pods", "seen: no selector (expected: one)", "");
        }
        String path =
                session.kind("pods").path(namespace)
                        + "?labelSelector="
                        + Targets.encode(String.join(",", selector));
        List<JsonObject> pods =
                session.expect(session.connection().get(path)).json().array("items").objects();
        JsonObject chosen =
                pods.stream()
                        .filter(it -> it.text("status", "phase").orElse("").equals("Running"))
                        .findFirst()
                        .or(() -> pods.stream().findFirst())
                        .orElseThrow(
                                () ->
                                        Failure.of(
                                                "no pod belongs to " + word,
                                                "seen: 0 pods with " + String.join(",", selector),
                                                "weft get pods -n " + namespace));
        String found = chosen.text("metadata", "name").orElse("");
        if (pods.size() > 1) {
            session.terminal().note("Found " + pods.size() + " pods, using pod/" + found);
        }
        return found;
    }

    private static int print(Session session, String namespace, String pod, Flags.Given given)
            throws IOException {
        var query = new ArrayList<String>();
        if (given.has("container")) {
            query.add("container=" + Targets.encode(given.value("container", "")));
        }
        if (given.has("follow")) {
            query.add("follow=true");
            session.connection().patience(0);
        }
        if (given.has("previous")) {
            query.add("previous=true");
        }
        if (given.has("timestamps")) {
            query.add("timestamps=true");
        }
        if (given.has("tail")) {
            query.add("tailLines=" + Targets.encode(given.value("tail", "")));
        }
        if (given.has("since")) {
            query.add("sinceSeconds=" + seconds(given.value("since", "")));
        }
        String path = "/api/v1/namespaces/" + namespace + "/pods/" + Targets.encode(pod) + "/log";
        Reply reply =
                session.expect(
                        session.connection()
                                .get(
                                        path
                                                + (query.isEmpty()
                                                        ? ""
                                                        : "?" + String.join("&", query)),
                                        "*/*"));
        InputStream body = reply.body();
        byte[] buffer = new byte[16 * 1024];
        int got;
        while ((got = body.read(buffer)) >= 0) {
            session.terminal().out().write(buffer, 0, got);
            session.terminal().flush();
        }
        return 0;
    }

    private static long seconds(String text) {
        int unit =
                switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
                    case 's' -> 1;
                    case 'm' -> 60;
                    case 'h' -> 3600;
                    default -> 0;
                };
        try {
            return unit == 0
                    ? Long.parseLong(text)
                    : Long.parseLong(text.substring(0, text.length() - 1)) * unit;
        } catch (NumberFormatException e) {
            throw Failure.usage(
                    "--since cannot be understood",
                    "seen: " + text + " (expected: such as 30s, 5m or 2h)",
                    "");
        }
    }
}
