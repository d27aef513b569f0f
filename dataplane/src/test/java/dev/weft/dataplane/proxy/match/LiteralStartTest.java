package dev.weft.dataplane.proxy.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.route.Expression;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiteralStartTest {
    private static final List<String> PATHS =
            List.of("/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a/bb/c", "/a/b/cc/d", "/x/a/b");

    private static LiteralStart of(String expression) {
        return LiteralStart.of(Expression.of(expression));
    }

    @Test
    void whatIsLiteralIsTakenOffBySegments() {
        assertThat(of("/expression/17/[a-z]+"))
                .isEqualTo(new LiteralStart("/expression/17", "/[a-z]+", 14));
        assertThat(of("/v1\\.2/x/.*")).isEqualTo(new LiteralStart("/v1.2/x", "/.*", 7));
        assertThat(of("/a/b")).isEqualTo(new LiteralStart("/a", "/b", 2));
        assertThat(of("\\/a\\/b.")).isEqualTo(new LiteralStart("/a", "\\/b.", 2));
        assertThat(of("/a/b/*")).isEqualTo(new LiteralStart("/a", "/b/*", 2));
    }

    @Test
    void nothingIsTakenOffWhereItMayNotBeThere() {
        for (String expression : List.of("/a/b|/c", "/?a/b", "(/a)/b", "(?i)/a/b", "a/b", ".*")) {
            assertThat(of(expression)).isEqualTo(new LiteralStart("", expression, 0));
        }
    }

    @Test
    void theRestMatchesWhatTheWholeMatches() {
        for (String text :
                List.of(
                        "/a/b/.*",
                        "/a/b?/?.*",
                        "/a/^b",
                        "/a/b\\B.*",
                        "/a/b\\b.*",
                        "/a/\\Gb",
                        "/a/b/*")) {
            Expression whole = Expression.of(text);
            LiteralStart start = LiteralStart.of(whole);
            Expression rest = Expression.of(start.rest());
            for (String path : PATHS) {
                assertThat(path.startsWith(start.text()) && rest.matches(path, start.length()))
                        .as("%s for %s", text, path)
                        .isEqualTo(whole.matches(path));
            }
        }
    }
}
