package dev.weft.api.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.ApiException;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Label selectors, compared with what a real API answered (api/src/kinds/record-selectors.py). */
class LabelQueryTest {
    @Test
    void selectorsAreTakenAndRefusedAsByTheRealApi() throws IOException {
        var differences = new ArrayList<String>();
        JsonObject answers = answers();
        for (String selector : answers.names()) {
            String real = answers.text(selector).orElseThrow();
            String ours = answer(selector);
            if (!ours.equals(real)) {
                differences.add(selector + "\n  real " + real + "\n  weft " + ours);
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void labelsMeetWhatASelectorDemands() {
        Map<String, String> labels = Map.of("app", "web", "size", "5", "empty", "");
        assertThat(meets("app=web,size in (4,5),!old", labels)).isTrue();
        assertThat(meets("app==web", labels)).isTrue();
        assertThat(meets("app!=web", labels)).isFalse();
        assertThat(meets("old!=x", labels)).isTrue();
        assertThat(meets("app notin (web, front)", labels)).isFalse();
        assertThat(meets("empty=", labels)).isTrue();
        assertThat(meets("empty in ()", labels)).isTrue();
        assertThat(meets("size>4,size<6", labels)).isTrue();
        assertThat(meets("size>5", labels)).isFalse();
        assertThat(meets("app>5", labels)).isFalse();
        assertThat(meets("in", labels)).isFalse();
        assertThat(meets("", labels)).isTrue();
    }

    private static boolean meets(String selector, Map<String, String> labels) {
        return LabelQuery.parse(selector).matches(labels);
    }

    private static String answer(String selector) {
        try {
            LabelQuery.parse(selector);
            return "taken";
        } catch (ApiException e) {
            return e.code() + " " + e.status().text("reason").orElse("") + " " + e.getMessage();
        }
    }

    private static JsonObject answers() throws IOException {
        try (InputStream in = LabelQueryTest.class.getResourceAsStream("label-answers.json")) {
            return JsonText.read(Objects.requireNonNull(in)).object().orElseThrow();
        }
    }
}
