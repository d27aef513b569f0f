package dev.weft.api.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches over HTTP, to their end. Each test has a namespace of its own. */
final class WatchingTest extends OverHttp {
    @Test
    void aWatchBeginsWithAllAndSaysWhereThatEnds() throws IOException {
        admin.post(maps, map("a"));
        String query =
                "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                        + "&resourceVersionMatch=NotOlderThan";
        try (var watch = admin.watch(maps + query)) {
            assertThat(watch.next().text("object", "metadata", "name")).contains("a");
            JsonObject end = watch.next();
            assertThat(end.text("type")).contains("BOOKMARK");
            assertThat(end.text("object", "metadata", "annotations", "k8s.io/initial-events-end"))
                    .contains("true");
            admin.post(maps, map("b"));
            assertThat(watch.next().text("type")).contains("ADDED");
            admin.merge(maps + "/b", "{\"data\":{\"v\":\"2\"}}");
            assertThat(watch.next().text("type")).contains("MODIFIED");
            admin.delete(maps + "/b");
            assertThat(watch.next().text("type")).contains("DELETED");
        }
        assertThat(admin.get(maps + "?watch=1&sendInitialEvents=true").status()).isEqualTo(422);
        assertThat(admin.get(maps + "?watch=1&resourceVersionMatch=Exact").status()).isEqualTo(422);
    }

    @Test
    void aWatchFromAVersionGivesWhatCameAfterIt() throws IOException {
        admin.post(maps, map("a"));
        String version = admin.get(maps).tree().text("metadata", "resourceVersion").orElseThrow();
        admin.post(maps, map("b"));
        try (var watch = admin.watch(maps + "?watch=true&resourceVersion=" + version)) {
            assertThat(watch.next().text("object", "metadata", "name")).contains("b");
        }
        try (var named = admin.watch(maps + "/a?watch=true")) {
            assertThat(named.next().text("object", "metadata", "name")).contains("a");
        }
    }

    @Test
    void aWatchEndsInItsTime() throws IOException {
        try (var watch = admin.watch(maps + "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true")) {
            assertThat(watch.next().text("type")).contains("BOOKMARK");
            assertThat(watch.ended()).isTrue();
        }
    }

    @Test
    void aWatchOfTablesSendsTheHeadsOnce() throws IOException {
        admin.post(maps, map("a"));
        admin.post(maps, map("b"));
        try (var watch = admin.watch(maps + "?watch=1", TABLE)) {
            assertThat(watch.next().array("object", "columnDefinitions").isEmpty()).isFalse();
            JsonObject second = watch.next();
            assertThat(second.text("object", "kind")).contains("Table");
            assertThat(second.array("object", "columnDefinitions").isEmpty()).isTrue();
        }
    }

    @Test
    void aWatchFromBeforeWhatIsRememberedIsTold() throws IOException {
        try (var watch = admin.watch(maps + "?watch=1&resourceVersion=1")) {
            // The first version is that of the empty store, which is remembered still.
            admin.post(maps, map("z"));
            assertThat(watch.status()).isEqualTo(200);
        }
        assertThat(admin.get(maps + "?watch=1&resourceVersion=99999999").status()).isEqualTo(504);
    }

    @Test
    void aWatcherThatDoesNotReadIsCutOffInsteadOfWaitedFor() throws IOException {
        admin.post(maps, map("a"));
        try (var slow = admin.watch(maps + "?watch=1")) {
            String large = "x".repeat(200_000);
            for (int i = 0; i < 150; i++) {
                admin.merge(maps + "/a", "{\"data\":{\"v\":\"" + i + large + "\"}}");
            }
            JsonObject event = slow.next();
            while (!event.text("type").orElse("").equals("ERROR")) {
                event = slow.next();
            }
            assertThat(event.whole("object", "code")).contains(410L);
            assertThat(event.text("object", "reason")).contains("Expired");
            assertThat(slow.ended()).isTrue();
        }
    }

    @Test
    void stoppingEndsWatchesAndFollowedLogsProperly(@TempDir Path directory) throws IOException {
        PodLogs endless =
                (pod, wish, out) -> {
                    out.write("first\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    new CountDownLatch(1).await();
                };
        try (ServedApi other = ServedApi.start(directory, faults, 0, endless);
                Asking asking = Asking.asAdmin(other)) {
            String pods = "/api/v1/namespaces/default/pods";
            asking.post(
                    pods,
                    "{\"metadata\":{\"name\":\"p\"},"
                            + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
            try (var watch = asking.watch(pods + "?watch=1");
                    var log = asking.watch(pods + "/p/log?follow=true")) {
                assertThat(watch.next().text("type")).contains("ADDED");
                assertThat(log.line()).isEqualTo("first");
                other.close();
                assertThat(watch.ended()).isTrue();
                assertThat(log.ended()).isTrue();
            }
        }
    }

    private static String map(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"v\":\"1\"}}";
    }
}
