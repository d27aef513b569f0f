package dev.weft.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesTest {
    private final Names<String> names =
            new Names<>(
                    Map.of(
                            "a.example", "exact",
                            "*.example", "wild",
                            "*.b.example", "longer",
                            "*", "others"));

    @Test
    void theMostSpecificNameIsFound() {
        assertThat(names.find("a.example")).isEqualTo("exact");
        assertThat(names.find("c.example")).isEqualTo("wild");
        assertThat(names.find("x.b.example")).isEqualTo("longer");
        assertThat(names.find("y.x.b.example")).isEqualTo("longer");
        assertThat(names.find("b.example")).isEqualTo("wild");
    }

    @Test
    void aWildcardDoesNotStandForTheNameBelowWhichItStands() {
        assertThat(names.find("example")).isEqualTo("others");
    }

    @Test
    void whoNamesNobodyFindsTheDefault() {
        assertThat(names.find("")).isEqualTo("others");
        assertThat(new Names<>(Map.of("a", "a")).find("")).isNull();
    }
}
