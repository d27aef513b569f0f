package dev.weft.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonText;
import org.junit.jupiter.api.Test;

final class JsonPathTest {
    private static final Json LIST =
            JsonText.read(
                    """
                    {"items":[
                      {"metadata":{"name":"a","labels":{"x.io/y":"1"}},"n":1,"ok":true},
                      {"metadata":{"name":"b"},"n":2}]}\
                    """);

    @Test
    void readsFieldsIndexesAndAll() {
        assertThat(render("{.items[0].metadata.name}")).isEqualTo("a");
        assertThat(render("{.items[-1].metadata.name}")).isEqualTo("b");
        assertThat(render("{.items[*].metadata.name}")).isEqualTo("a b");
        assertThat(render("{.items[0].metadata.labels['x.io/y']}")).isEqualTo("1");
        assertThat(render("{.items[0].metadata.labels.x\\.io/y}")).isEqualTo("1");
        assertThat(render("{..name}")).isEqualTo("a b");
        assertThat(render("{.nothing}")).isEmpty();
    }

    @Test
    void repeatsARangeWithTextBetween() {
        assertThat(render("{range .items[*]}{.metadata.name}={.n}{\"\\n\"}{end}"))
                .isEqualTo("a=1\nb=2\n");
    }

    @Test
    void filtersByAField() {
        assertThat(render("{.items[?(@.n==2)].metadata.name}")).isEqualTo("b");
        assertThat(render("{.items[?(@.metadata.name==\"a\")].n}")).isEqualTo("1");
        assertThat(render("{.items[?(@.n>1)].n}")).isEqualTo("2");
        assertThat(render("{.items[?(@.ok)].n}")).isEqualTo("1");
    }

    @Test
    void saysWhatCannotBeUnderstood() {
        assertThatThrownBy(() -> JsonPath.parse("{.items[0"))
                .hasMessageContaining("the jsonpath cannot be understood");
        assertThatThrownBy(() -> JsonPath.parse("{range .items}x"))
                .hasMessageContaining("{range} without {end}");
    }

    private static String render(String template) {
        return JsonPath.parse(template).render(LIST);
    }
}
