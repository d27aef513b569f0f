package dev.weft.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTest {
    private static final String MAPS = "configmaps";

    @TempDir private Path directory;
    private final RecordingFaults faults = new RecordingFaults();
    private Store store;

    @BeforeEach
    void open() {
        store = Store.open(directory.resolve("weft.db"), faults);
    }

    @AfterEach
    void close() {
        store.close();
        assertThat(faults.reported).isEmpty();
        assertThat(faults.fatal).isEmpty();
    }

    @Test
    void whatWasWrittenIsThereAfterAReopen() {
        long version = put("a", 0, "1", true);
        put("b", 0, "2", false);
        reopen();
        assertThat(value("a")).contains("1");
        assertThat(value("b")).contains("2");
        assertThat(store.image().find(MAPS, key("a")).orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void manyObjectsOfAllSizesAreThereAfterAReopenInTheOrderOfTheirKeys() {
        var sizes = new TreeMap<Key, Integer>();
        for (int i = 0; i < 2200; i++) {
            sizes.put(new Key(i % 3 == 0 ? "" : "default", "o" + i), i % 500 == 0 ? 300_000 : i);
        }
        // Of these, bytes and UTF-16 have another order.
        for (String name : List.of("\uFFFD", "\uD83D\uDE00", "\u00FC")) {
            sizes.put(key(name), 1);
        }
        sizes.forEach(
                (key, size) -> {
                    Optional<JsonObject> next =
                            Optional.of(tree(key.name(), "\u00FC".repeat(size)));
                    store.write(new Write(MAPS, key, 0, next, false, Write.Guard.none()));
                });
        Image before = store.image();
        reopen();
        var found = new TreeMap<Key, Integer>();
        var order = new ArrayList<Key>();
        store.image()
                .collection(MAPS)
                .walk(
                        entry -> {
                            order.add(entry.key());
                            found.put(entry.key(), text(entry).length());
                            Entry was = before.find(MAPS, entry.key()).orElseThrow();
                            return entry.version() == was.version();
                        });
        assertThat(found).isEqualTo(sizes);
        assertThat(order).containsExactlyElementsOf(sizes.keySet());
    }

    private static String text(Entry entry) {
        return entry.resource().tree().text("data", "value").orElseThrow();
    }

    @Test
    void removedObjectsStayRemoved() {
        long version = put("a", 0, "1", true);
        write("a", version, Optional.empty(), true);
        reopen();
        assertThat(value("a")).isEmpty();
    }

    @Test
    void aWriteThatExpectsAnotherVersionIsStaleAndChangesNothing() {
        long version = put("a", 0, "1", true);
        assertThat(write("a", version + 7, Optional.of(tree("a", "2")), true))
                .isInstanceOfSatisfying(
                        Outcome.Stale.class,
                        stale ->
                                assertThat(stale.current().orElseThrow().version())
                                        .isEqualTo(version));
        assertThat(write("a", 0, Optional.of(tree("a", "2")), true))
                .isInstanceOf(Outcome.Stale.class);
        assertThat(value("a")).contains("1");
    }

    @Test
    void versionsGoOnAscendingAfterACleanClose() {
        long before = put("a", 0, "1", true);
        reopen();
        assertThat(store.image().version()).isEqualTo(before);
        assertThat(put("b", 0, "1", true)).isEqualTo(before + 1);
    }

    @Test
    void manyWritersEachGetAVersionOfTheirOwn() throws InterruptedException {
        Set<Long> versions = ConcurrentHashMap.newKeySet();
        var threads = new ArrayList<Thread>();
        for (int writer = 0; writer < 16; writer++) {
            String prefix = "w" + writer + "-";
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 50; i++) {
                                            versions.add(put(prefix + i, 0, "x", i % 2 == 0));
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(versions).hasSize(800);
        assertThat(store.image().collection(MAPS).size()).isEqualTo(800);
    }

    @Test
    void aGuardThatRefusesLeavesNothing() {
        assertThatThrownBy(
                        () ->
                                store.write(
                                        new Write(
                                                MAPS,
                                                key("a"),
                                                0,
                                                Optional.of(tree("a", "1")),
                                                true,
                                                image -> {
                                                    throw new ApiException(Reason.FORBIDDEN, "no");
                                                })))
                .isInstanceOf(ApiException.class)
                .hasMessage("no");
        assertThat(value("a")).isEmpty();
    }

    @Test
    void aFeedGivesEveryChangeInOrder() throws InterruptedException {
        long start = store.image().version();
        Feed feed = store.feed(MAPS, start);
        long created = put("a", 0, "1", true);
        long changed = put("a", created, "2", false);
        write("a", changed, Optional.empty(), true);
        assertThat(versions(feed)).containsExactly(created, changed, changed + 1);
        assertThat(feed.version()).isEqualTo(changed + 1);
    }

    @Test
    void aFeedFromTheMiddleBeginsThere() throws InterruptedException {
        long first = put("a", 0, "1", true);
        long second = put("b", 0, "1", true);
        assertThat(versions(store.feed(MAPS, first))).containsExactly(second);
    }

    @Test
    void aFeedLearnsThatOtherCollectionsMovedOn() throws InterruptedException {
        Feed feed = store.feed("secrets", store.image().version());
        long version = put("a", 0, "1", true);
        assertThat(feed.next(Duration.ofMillis(1))).isEmpty();
        assertThat(feed.version()).isEqualTo(version);
    }

    @Test
    void aReaderThatFallsBehindIsToldAndCostsNothing() {
        Feed slow = store.feed(MAPS, store.image().version());
        long version = put("a", 0, "0", false);
        for (int i = 0; i < 5000; i++) {
            version = put("a", version, "x", false);
        }
        assertThatThrownBy(() -> slow.next(Duration.ZERO))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
    }

    @Test
    void aFeedFromBeforeTheStartIsTooOldAndOneFromTheEndGoesOn() throws InterruptedException {
        long first = put("a", 0, "1", true);
        long last = put("b", 0, "1", true);
        reopen();
        assertThatThrownBy(() -> store.feed(MAPS, first))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("too old resource version");
        Feed feed = store.feed(MAPS, last);
        long next = put("c", 0, "1", true);
        assertThat(versions(feed)).containsExactly(next);
    }

    @Test
    void aFeedFromTheFutureIsRefused() {
        assertThatThrownBy(() -> store.feed(MAPS, store.image().version() + 1))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("Too large resource version");
    }

    @Test
    void closingEndsFeedsAndWrites() {
        Feed feed = store.feed(MAPS, store.image().version());
        store.close();
        assertThatThrownBy(() -> feed.next(Duration.ofSeconds(5)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("shutting down");
        assertThatThrownBy(() -> put("a", 0, "1", true))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("shutting down");
    }

    @Test
    void theFileIsForItsOwnerAlone() throws Exception {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("weft.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aSecondStoreOnTheSameFileIsRefused() {
        put("a", 0, "1", true);
        assertThatThrownBy(() -> Store.open(directory.resolve("weft.db"), faults))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("cannot use");
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedAndLeftAlone() throws Exception {
        Path other = directory.resolve("other.db");
        Files.writeString(other, "this is a text and no database\n".repeat(100));
        byte[] before = Files.readAllBytes(other);
        assertThatThrownBy(() -> Store.open(other, faults))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("cannot use");
        assertThat(Files.readAllBytes(other)).isEqualTo(before);
    }

    private void reopen() {
        store.close();
        open();
    }

    private long put(String name, long expected, String value, boolean synced) {
        Outcome outcome = write(name, expected, Optional.of(tree(name, value)), synced);
        assertThat(outcome).isInstanceOf(Outcome.Written.class);
        return ((Outcome.Written) outcome).change().version();
    }

    private Outcome write(String name, long expected, Optional<JsonObject> next, boolean synced) {
        return store.write(new Write(MAPS, key(name), expected, next, synced, Write.Guard.none()));
    }

    private Optional<String> value(String name) {
        return store.image()
                .find(MAPS, key(name))
                .flatMap(entry -> entry.resource().tree().text("data", "value"));
    }

    private static List<Long> versions(Feed feed) throws InterruptedException {
        var seen = new ArrayList<Long>();
        var names = new HashSet<String>();
        for (var next = feed.next(Duration.ZERO);
                next.isPresent();
                next = feed.next(Duration.ZERO)) {
            seen.add(next.get().version());
            names.add(next.get().key().name());
        }
        return seen;
    }

    private static Key key(String name) {
        return new Key("default", name);
    }

    private static JsonObject tree(String name, String value) {
        return JsonObject.builder()
                .put("metadata", JsonObject.builder().put("name", name).build())
                .put("data", JsonObject.builder().put("value", value).build())
                .build();
    }
}
