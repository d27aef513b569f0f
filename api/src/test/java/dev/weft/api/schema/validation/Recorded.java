package dev.weft.api.schema.validation;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a real server was asked, in sections under titles, and what it answered to each line.
 *
 * @param answers by what was asked
 */
record Recorded(List<Section> sections, JsonObject answers) {
    /** What stands below a title, without empty lines. */
    record Section(String title, List<String> lines) {
        JsonObject json() {
            return object(String.join("\n", lines));
        }
    }

    static Recorded read(String asked, String answers) throws IOException {
        var sections = new ArrayList<Section>();
        for (String line : resource(asked).lines().toList()) {
            if (line.startsWith("== ")) {
                sections.add(new Section(line.substring(3), new ArrayList<>()));
            } else if (!sections.isEmpty() && !line.isBlank()) {
                sections.getLast().lines.add(line);
            }
        }
        return new Recorded(sections, object(resource(answers)));
    }

    /** Those whose titles begin so. */
    List<Section> of(String sort) {
        return sections.stream().filter(it -> it.title.startsWith(sort)).toList();
    }

    static JsonObject object(String text) {
        return JsonText.read(text).object().orElseThrow();
    }

    /** The real server names types by the time of day. */
    static String plain(String text) {
        return text.replaceAll("selfType[0-9]+", "selfType");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Recorded.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
