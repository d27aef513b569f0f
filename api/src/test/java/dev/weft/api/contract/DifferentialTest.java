package dev.weft.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.api.request.ServedApi;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends the requests of {@code differential.txt} to Weft and to the Kubernetes project's own API
 * server, and compares code, warnings and body of every answer. Left out of the comparison is what
 * differs between any two servers (uids, versions, times), and the managed fields, which Weft does
 * not track yet.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NothingLeft.class)
final class DifferentialTest {
    private static final String GROUP = "/apis/test.weft.dev/v1/namespaces/";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CollectedFaults faults = new CollectedFaults();
    private @Nullable RawApi weft;
    private @Nullable RawApi real;
    private @Nullable ResourceClient direct;

    /**
     * @param reason why the answers may differ, empty where they may not
     */
    private record Step(
            String method, String path, String contentType, String reason, String body) {}

    private record Case(String name, List<Step> steps) {}

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path mine = Files.createDirectories(folder.resolve("weft"));
        Path theirs = Files.createDirectories(folder.resolve("real"));
        RealApi realApi = opened(RealApi.start(theirs));
        ServedApi served = opened(ServedApi.start(mine, faults));
        weft = opened(RawApi.of(served.uri(), served.authority()));
        real = opened(RawApi.of(realApi.uri(), realApi.authority()));
        direct = served.client(Identity.admin());
        direct.create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", "probe"));
        Widgets.define(direct);
        Widgets.define(realApi.client());
    }

    @AfterAll
    void stop() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
        faults.expectNone();
    }

    @TestFactory
    Stream<DynamicTest> answersAreTheSame() throws IOException {
        return cases().stream().map(it -> DynamicTest.dynamicTest(it.name(), () -> compare(it)));
    }

    private void compare(Case one) {
        if (weft == null || real == null || direct == null) {
            throw new IllegalStateException("not started");
        }
        String namespace = one.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
        direct.create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", namespace));
        List<String> differences = new ArrayList<>();
        Optional<JsonObject> beforeWeft = Optional.empty();
        Optional<JsonObject> beforeReal = Optional.empty();
        for (Step step : one.steps()) {
            RawApi.Answer here = send(weft, step, namespace, beforeWeft);
            RawApi.Answer there = send(real, step, namespace, beforeReal);
            beforeWeft = object(here.body()).or(() -> Optional.empty());
            beforeReal = object(there.body());
            String request = step.method() + " " + step.path() + " " + step.body();
            boolean same = settled(here).equals(settled(there));
            if (same && !step.reason().isEmpty()) {
                differences.add(request + "\n  does not differ any more: " + step.reason());
            }
            if (!same && step.reason().isEmpty()) {
                differences.add(request + "\n" + difference(settled(there), settled(here)));
            }
        }
        assertThat(differences)
                .withFailMessage(
                        () -> "< the reference, > Weft\n\n" + String.join("\n", differences))
                .isEmpty();
    }

    private static String difference(String expected, String actual) {
        var text = new StringBuilder();
        List<String> theirs = expected.lines().toList();
        List<String> ours = actual.lines().toList();
        theirs.stream().filter(it -> !ours.contains(it)).forEach(it -> line(text, "<", it));
        ours.stream().filter(it -> !theirs.contains(it)).forEach(it -> line(text, ">", it));
        return text.isEmpty() ? "  the same lines in another order\n" : text.toString();
    }

    private static void line(StringBuilder text, String mark, String line) {
        text.append("  ").append(mark).append(' ').append(line).append('\n');
    }

    private static RawApi.Answer send(
            RawApi api, Step step, String namespace, Optional<JsonObject> before) {
        String path =
                step.path().startsWith("/apis/") ? step.path() : GROUP + namespace + step.path();
        String body =
                step.body()
                        .replace("$rv", text(before, "resourceVersion"))
                        .replace("$uid", text(before, "uid"));
        return api.send(step.method(), path, step.contentType(), body);
    }

    private static String text(Optional<JsonObject> object, String field) {
        return object.flatMap(it -> it.text("metadata", field)).orElse("");
    }

    private static Optional<JsonObject> object(String body) {
        try {
            return JsonText.read(body).object();
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** The answer without what differs between any two servers. */
    private static String settled(RawApi.Answer answer) {
        String plain =
                answer.body()
                        .replaceAll(
                                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                                "UID")
                        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME")
                        .replaceAll("Bad_[a-z0-9]{5}", "Bad_ENDING")
                        .replaceAll("ResourceVersion in record .[0-9]+.", "ResourceVersion");
        String body =
                object(plain)
                        .map(it -> JsonText.writePretty(sorted(settled(it))))
                        .orElse(plain.strip());
        return answer.code() + " " + answer.warnings() + "\n" + body;
    }

    private static JsonObject settled(JsonObject tree) {
        JsonObject plain = tree;
        for (String field : List.of("managedFields", "resourceVersion", "continue")) {
            plain =
                    plain.at("metadata", field).isPresent()
                            ? plain.withoutAt("metadata", field)
                            : plain;
        }
        List<Json> items = new ArrayList<>();
        plain.array("items").objects().forEach(it -> items.add(settled(it)));
        if (!items.isEmpty()) {
            plain = plain.with("items", JsonArray.of(items));
        }
        List<JsonObject> causes =
                new ArrayList<>(plain.object("details").array("causes").objects());
        if (!causes.isEmpty()) {
            causes.sort(Comparator.comparing(JsonText::write));
            plain = plain.withAt(JsonArray.of(causes), "details", "causes");
        }
        if (causes.size() > 1) {
            // The reference goes through its fields in an order that differs from run to run.
            String message = plain.text("message").orElse("");
            int list = message.indexOf('[');
            plain = plain.with("message", list < 0 ? message : message.substring(0, list));
        }
        return plain;
    }

    private static Json sorted(Json value) {
        return switch (value) {
            case JsonObject object -> {
                var builder = JsonObject.builder();
                object.names().stream()
                        .sorted()
                        .forEach(it -> builder.putIf(it, object.field(it).map(x -> sorted(x))));
                yield builder.build();
            }
            case JsonArray array ->
                    JsonArray.of(array.items().stream().map(DifferentialTest::sorted).toList());
            default -> value;
        };
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    private static List<Case> cases() throws IOException {
        String text;
        try (InputStream in = DifferentialTest.class.getResourceAsStream("differential.txt")) {
            if (in == null) {
                throw new IOException("no differential.txt");
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Case> cases = new ArrayList<>();
        for (String part : text.split("(?m)^== ", -1)) {
            String[] halves = part.split("\n", 2);
            if (halves[0].startsWith("#")) {
                continue;
            }
            List<Step> steps = new ArrayList<>();
            for (String step : halves[1].split("(?m)^(?=(?:GET|POST|PUT|PATCH|DELETE) /)", -1)) {
                if (!step.isBlank()) {
                    steps.add(step(step));
                }
            }
            cases.add(new Case(halves[0].strip(), steps));
        }
        return cases;
    }

    private static Step step(String text) {
        String[] halves = text.split("\n", 2);
        String[] words = halves[0].strip().split(" ", -1);
        String rest = halves.length < 2 ? "" : halves[1].strip();
        String reason = "";
        if (rest.startsWith("~")) {
            int end = rest.indexOf('\n');
            reason = rest.substring(1, end < 0 ? rest.length() : end).strip();
            rest = end < 0 ? "" : rest.substring(end + 1).strip();
        }
        String type = words.length < 3 ? "" : contentType(words[2]);
        return new Step(words[0], words[1], type, reason, rest);
    }

    private static String contentType(String word) {
        return switch (word) {
            case "json" -> "application/json";
            case "yaml" -> "application/yaml";
            case "merge" -> "application/merge-patch+json";
            case "json-patch" -> "application/json-patch+json";
            case "strategic" -> "application/strategic-merge-patch+json";
            default -> word;
        };
    }
}
