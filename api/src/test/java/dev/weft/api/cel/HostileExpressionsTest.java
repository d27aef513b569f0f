package dev.weft.api.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever a text is, it is an expression or it is refused; it never hangs and never throws else.
 */
class HostileExpressionsTest {
    private static final List<String> WORDS =
            List.of(
                    "self",
                    "x",
                    "1",
                    "1.5",
                    "2u",
                    "'a'",
                    "b'b'",
                    "true",
                    "null",
                    "in",
                    "(",
                    ")",
                    "[",
                    "]",
                    "{",
                    "}",
                    ".",
                    ",",
                    ":",
                    "?",
                    "&&",
                    "||",
                    "!",
                    "-",
                    "+",
                    "==",
                    "<",
                    "has",
                    "all",
                    "map",
                    "size",
                    "matches",
                    "'(a+)+$'",
                    "\"\"\"",
                    "\\",
                    "`",
                    "//",
                    "\n",
                    "optional.of",
                    ".?",
                    "[?",
                    "format",
                    "'%s'",
                    "é",
                    "timestamp",
                    "duration");

    @Test
    void anyRowOfWordsIsRefusedOrRun() {
        long seed = Long.getLong("seed", 20260711L);
        System.Logger log = System.getLogger("seed");
        log.log(System.Logger.Level.INFO, "-Dseed={0}", Long.toString(seed));
        var chance = new SplittableRandom(seed);
        int run = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            int length = 1 + chance.nextInt(14);
            for (int j = 0; j < length; j++) {
                text.append(WORDS.get(chance.nextInt(WORDS.size())));
                text.append(chance.nextInt(4) == 0 ? " " : "");
            }
            run += tried(text.toString()) ? 1 : 0;
        }
        assertThat(run).isGreaterThan(100);
    }

    @Test
    void anyBytesAreRefusedOrRun() {
        var chance = new SplittableRandom(Long.getLong("seed", 7L));
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[chance.nextInt(40)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) chance.nextInt(128);
            }
            tried(new String(bytes, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void noDepthOverrunsTheStack() {
        for (String part :
                List.of(
                        "(",
                        "[",
                        "{1:",
                        "!(",
                        "-(",
                        "a.f(",
                        "true?1:",
                        "[1].map(x,",
                        "1+",
                        "a.",
                        "1[",
                        "'a'+",
                        "1 in ")) {
            assertThatThrownBy(() -> compile(part.repeat(20_000)))
                    .as(part)
                    .isInstanceOf(CompileException.class);
        }
        assertThat(tried("true" + " && true".repeat(5_000))).isTrue();
        assertThatThrownBy(() -> compile("1 + ".repeat(300) + "1 == 1"))
                .hasMessageContaining("expression recursion limit exceeded: 250");
        assertThatThrownBy(() -> compile("a".repeat(100_001)))
                .hasMessageContaining("code point size exceeds limit");
    }

    @Test
    void tooMuchWorkIsEnded() {
        String range = "lists.range(1000)";
        Expression loops =
                compile(
                        "%s.all(a, %s.all(b, %s.all(c, a + b + c >= 0)))"
                                .formatted(range, range, range));
        assertThatThrownBy(() -> loops.evaluate(List.of(), new Budget(10_000_000)))
                .isInstanceOf(Budget.OverException.class);
        Expression grows =
                compile(
                        "lists.range(60).map(i, 'aaaaaaaaaa').all(s, %s.size() > 0)"
                                .formatted("(s + s)".replace("s", "(s+s+s+s+s+s+s+s+s+s)")));
        assertThat(grows.evaluate(List.of(), new Budget(10_000_000))).isEqualTo(Value.TRUE);
    }

    @Test
    void aPatternThatTriesForEverIsGivenUp() {
        Expression expression = compile("('a' + '" + "a".repeat(40) + "!').matches('^(.*a){20}$')");
        assertThatThrownBy(() -> expression.evaluate(List.of(), new Budget(10_000_000)))
                .isInstanceOf(EvalException.class)
                .hasMessageContaining("too many steps");
    }

    @Test
    void everyFunctionThatIsDeclaredIsThere() {
        assertThat(Declarations.names())
                .allSatisfy(
                        name ->
                                assertThat(
                                                List.of("_&&_", "_||_", "_?_:_", "_[_]", "_[?_]")
                                                                .contains(name)
                                                        || dev.weft.api.cel.function.Library
                                                                .isThere(name))
                                        .as(name)
                                        .isTrue());
    }

    private static Expression compile(String text) {
        return Expression.compile(text, new LinkedHashMap<>());
    }

    /** Whether it was run. */
    private static boolean tried(String text) {
        try {
            compile(text).evaluate(List.of(), new Budget(100_000));
            return true;
        } catch (CompileException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } catch (EvalException | Budget.OverException e) {
            return true;
        }
    }
}
