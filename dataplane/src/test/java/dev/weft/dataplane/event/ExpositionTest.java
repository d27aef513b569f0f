package dev.weft.dataplane.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.service.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Reads the text of the figures as strictly as its format says, version 0.0.4. */
class ExpositionTest {
    private static final Pattern COMMENT =
            Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final String LABEL =
            "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{("
                            + LABEL
                            + "(?:,"
                            + LABEL
                            + ")*)\\})? ([0-9]+(?:\\.[0-9]+)?)");

    private final Traffic traffic = new Traffic(2);

    private void use(SeriesName name, int status) {
        Series series = traffic.series(name);
        series.started(0);
        series.retried(0);
        for (RetryRefusal why : RetryRefusal.values()) {
            series.retryRefused(0, why);
        }
        series.moved(0, 10, 20);
        series.encrypted(1);
        series.ended(0, Outcome.COMPLETE, status, status == 503, 300_000L * status);
        series.started(1);
    }

    private String text() {
        use(new SeriesName("route", "default/root", "default/blue"), 200);
        use(new SeriesName("route", "default/root", "default/green"), 503);
        use(new SeriesName("odd \"x\" \\ \n", "default/\u00e4", ""), 404);
        traffic.refused("no-route");
        traffic.refused("overloaded");
        return Exposition.write(new Figures(1, traffic.read(), traffic.refusals(), 3, 4));
    }

    @Test
    void everyLineIsAStrictOneAndEveryFamilyStandsTogether() {
        String text = text();
        assertThat(text).endsWith("\n");
        Map<String, String> types = new HashMap<>();
        Set<String> helped = new HashSet<>();
        Set<String> samples = new HashSet<>();
        String family = "";
        for (String line : text.split("\n", -1)) {
            Matcher comment = COMMENT.matcher(line);
            if (line.isEmpty()) {
                continue;
            }
            if (comment.matches()) {
                String name = comment.group(2);
                if (comment.group(1).equals("HELP")) {
                    assertThat(helped.add(name)).as("one HELP of %s", name).isTrue();
                } else {
                    assertThat(types.put(name, comment.group(3))).as("one TYPE").isNull();
                    assertThat(comment.group(3)).isIn("counter", "gauge", "histogram");
                    family = name;
                }
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as("a sample: %s", line).isTrue();
            String name = sample.group(1);
            String base =
                    "histogram".equals(types.get(family))
                            ? name.replaceFirst("_(bucket|sum|count)$", "")
                            : name;
            assertThat(base).as("stands with its family: %s", line).isEqualTo(family);
            assertThat(samples.add(name + "{" + sample.group(2) + "}"))
                    .as("only once: %s", line)
                    .isTrue();
            if ("counter".equals(types.get(family))) {
                assertThat(name).endsWith("_total");
            }
        }
        assertThat(helped).isEqualTo(types.keySet());
    }

    @Test
    void bucketsGrowUpToTheCount() {
        Map<String, Long> last = new HashMap<>();
        Map<String, Long> infinite = new HashMap<>();
        Map<String, Long> counts = new HashMap<>();
        for (String line : text().split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                continue;
            }
            String labels = String.valueOf(sample.group(2)).replaceAll(",?le=\"[^\"]*\"", "");
            if (sample.group(1).endsWith("_bucket")) {
                long count = Long.parseLong(sample.group(3));
                assertThat(count).isGreaterThanOrEqualTo(last.getOrDefault(labels, 0L));
                last.put(labels, count);
                if (line.contains("le=\"+Inf\"")) {
                    infinite.put(labels, count);
                }
            } else if (sample.group(1).endsWith("_seconds_count")) {
                counts.put(labels, Long.parseLong(sample.group(3)));
            }
        }
        assertThat(infinite).isEqualTo(counts).hasSize(3);
    }

    @Test
    void setsOfLabelsAreBounded() {
        for (int i = 0; i < 50_100; i++) {
            traffic.series(new SeriesName("r" + i, "s", "b"));
        }
        Series one = traffic.series(new SeriesName("late", "s", "b"));
        Series other = traffic.series(new SeriesName("later", "s", "b"));
        assertThat(one).isSameAs(other);
        assertThat(one.name().route()).isEqualTo("other");
    }
}
