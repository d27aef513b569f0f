package dev.weft.dataplane.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.dataplane.service.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final SeriesName NAME = new SeriesName("split \"x\"", "default/root", "blue");

    private final Traffic traffic = new Traffic(2);

    @Test
    void bucketsHoldWhatTheyPromise() {
        for (long micros = 0; micros < 70_000_000; micros += 1 + micros / 50) {
            int bucket = Latencies.bucket(micros);
            if (bucket < Latencies.BUCKETS - 1) {
                assertThat(micros).isLessThan(Latencies.upperMicros(bucket));
            }
            if (bucket > 0) {
                assertThat(micros).isGreaterThanOrEqualTo(Latencies.upperMicros(bucket - 1));
            }
        }
    }

    @Test
    void quantilesAreNearTheTruth() {
        Series series = traffic.series(NAME);
        for (int i = 1; i <= 1000; i++) {
            series.started(i % 2);
            series.ended(i % 2, Outcome.COMPLETE, 200, false, i * 100_000L);
        }
        Latencies latencies = series.read().latencies();
        assertThat(latencies.count()).isEqualTo(1000);
        assertThat(latencies.quantileMicros(0.5)).isCloseTo(50_000, within(10_000.0));
        assertThat(latencies.quantileMicros(0.99)).isCloseTo(99_000, within(20_000.0));
        assertThat(latencies.sumMicros()).isEqualTo(50_050_000);
        Latencies before = latencies;
        series.started(0);
        series.ended(0, Outcome.COMPLETE, 200, false, 1_000_000);
        assertThat(series.read().latencies().since(before).count()).isEqualTo(1);
        assertThat(Latencies.none().quantileMicros(0.5)).isZero();
    }

    @Test
    void whatIsReadWhileItGrowsNeverFallsAndIsNeverTooMuch() throws Exception {
        Series series = traffic.series(NAME);
        int all = 300_000;
        var begun = new AtomicInteger();
        try (var writer = Executors.newSingleThreadExecutor()) {
            var written =
                    writer.submit(
                            () -> {
                                for (int i = 1; i <= all; i++) {
                                    begun.setRelease(i);
                                    series.started(0);
                                    // two usual buckets, and one that is none
                                    long micros = i % 16 == 0 ? 9000 : i % 2 == 0 ? 300 : 1500;
                                    series.ended(0, Outcome.COMPLETE, 200, false, micros * 1000);
                                }
                            });
            long before = 0;
            while (!written.isDone()) {
                Reading reading = series.read();
                long counted = reading.latencies().count();
                assertThat(counted).isBetween(before, (long) begun.getAcquire());
                before = counted;
            }
            written.get();
        }
        Latencies latencies = series.read().latencies();
        assertThat(latencies.count()).isEqualTo(all);
        assertThat(latencies.upTo(1024)).isEqualTo(all / 16 * 7);
        assertThat(latencies.upTo(2048)).isEqualTo(all / 16 * 15);
        assertThat(series.read().inFlight()).isZero();
    }

    @Test
    void seriesThatLieTogetherAreCountedApart() {
        for (int i = 0; i < 200; i++) {
            Series series = traffic.series(new SeriesName("route" + i, "s", "b"));
            for (int times = 0; times <= i; times++) {
                series.started(i % 2);
                series.moved(i % 2, 1, 2);
                series.ended(i % 2, Outcome.COMPLETE, 200, false, 200_000);
            }
        }
        assertThat(traffic.read())
                .hasSize(200)
                .allSatisfy(
                        reading -> {
                            long times = 1 + Long.parseLong(reading.name().route().substring(5));
                            assertThat(reading.successes()).isEqualTo(times);
                            assertThat(reading.carried().bytesIn()).isEqualTo(times);
                            assertThat(reading.carried().bytesOut()).isEqualTo(2 * times);
                            assertThat(reading.latencies().count()).isEqualTo(times);
                            assertThat(reading.latencies().sumMicros()).isEqualTo(200 * times);
                        });
    }

    @Test
    void rowsOfAllLoopsAreAddedUp() {
        Series series = traffic.series(NAME);
        series.started(0);
        series.started(1);
        series.started(1);
        series.started(0);
        series.retried(0);
        series.ended(0, Outcome.COMPLETE, 204, false, 1000);
        series.ended(1, Outcome.COMPLETE, 503, true, 1000);
        series.ended(1, Outcome.CUT, 200, false, 1000);
        Reading reading = traffic.read().getFirst();
        assertThat(reading.byClass()).isEqualTo(List.of(0L, 1L, 0L, 0L, 1L));
        assertThat(reading.unanswered()).isEqualTo(1);
        assertThat(reading.madeUp()).isEqualTo(1);
        assertThat(reading.retries()).isEqualTo(1);
        assertThat(reading.inFlight()).isEqualTo(1);
        assertThat(reading.successes()).isEqualTo(1);
    }

    @Test
    void ofSeriesThatNobodyNamesOnlySoManyAreKept() {
        for (int i = 0; i < 3000; i++) {
            traffic.series(new SeriesName("route" + i, "s", "b")).started(0);
        }
        for (int i = 0; i < 3000; i++) {
            if (i != 5) {
                traffic.release(new SeriesName("route" + i, "s", "b"));
            }
        }
        assertThat(traffic.read()).hasSizeBetween(1025, 1025 + 256);
        assertThat(traffic.read()).anyMatch(reading -> reading.name().route().equals("route5"));
    }

    @Test
    void aSeriesThatNobodyUsedIsNotRead() {
        traffic.series(NAME);
        assertThat(traffic.read()).isEmpty();
    }

    @Test
    void whatHasNotChangedIsNotReadAgain() {
        Series series = traffic.series(NAME);
        series.started(0);
        Reading first = traffic.read().getFirst();
        assertThat(traffic.read().getFirst()).isSameAs(first);
        series.ended(1, Outcome.COMPLETE, 200, false, 1000);
        Reading second = traffic.read().getFirst();
        assertThat(second.answers()).isEqualTo(1);
        assertThat(second).isNotSameAs(first);
    }

    @Test
    void expositionIsWhatPrometheusReads() {
        Series series = traffic.series(NAME);
        series.started(0);
        series.ended(0, Outcome.COMPLETE, 200, false, 300_000);
        traffic.refused("no-route");
        String text = Exposition.write(new Figures(1, traffic.read(), traffic.refusals(), 3, 4));
        String labels =
                "{service=\"default/root\",route=\"split"
                        + " \\\"x\\\"\",backend=\"blue\",source=\"outside\"";
        assertThat(text)
                .contains("# TYPE weft_requests_total counter\n")
                .contains("weft_requests_total" + labels + ",class=\"2xx\"} 1\n")
                .contains("weft_request_duration_seconds_bucket" + labels + ",le=\"0.000256\"} 0\n")
                .contains("weft_request_duration_seconds_bucket" + labels + ",le=\"0.000512\"} 1\n")
                .contains("weft_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 1\n")
                .contains("weft_request_duration_seconds_count" + labels + "} 1\n")
                .contains("weft_requests_in_flight" + labels + "} 0\n")
                .contains("weft_refusals_total{cause=\"no-route\"} 1\n")
                .contains("weft_connections 3\n")
                .contains("weft_upstream_connections 4\n")
                .endsWith("\n");
        assertThat(text.lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("[a-z_]+(\\{.*})? [0-9.]+"));
        assertThat(Map.copyOf(traffic.refusals())).containsEntry("no-route", 1L);
    }
}
