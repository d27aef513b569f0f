package dev.weft.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.model.Key;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadingTest {
    private static final int MANY = 3000;

    @TempDir private Path directory;

    @Test
    void collectionsOfFewObjectsAreThereBeforeThoseOfMany() throws SQLException {
        try (Database database = filled();
                Reading reading = database.reading()) {
            var shelves = reading.few();
            assertThat(shelves.find("services").orElseThrow()).isCompleted();
            assertThat(shelves.find("configmaps").orElseThrow()).isNotDone();
            assertThat(shelves.find("secrets").orElseThrow()).isNotDone();
            reading.many();
            var image = new Image(1, shelves);
            assertThat(image.collection("services").size()).isEqualTo(3);
            assertThat(image.collection("configmaps").size()).isEqualTo(MANY);
            assertThat(image.collection("secrets").size()).isEqualTo(MANY);
            assertThat(image.collection("pods").size()).isZero();
        }
    }

    @Test
    void whoWaitsForWhatCannotBeReadIsTold() throws SQLException {
        try (Database database = filled();
                Reading reading = database.reading()) {
            var image = new Image(1, reading.few());
            reading.failed(new ApiException(Reason.INTERNAL_ERROR, "the disk is gone"));
            assertThat(image.collection("services").size()).isEqualTo(3);
            assertThatThrownBy(() -> image.collection("configmaps"))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("the disk is gone");
        }
    }

    private Database filled() throws SQLException {
        Database database = Database.open(directory.resolve("weft.db"));
        database.begin(false);
        fill(database, "configmaps", MANY);
        fill(database, "secrets", MANY);
        fill(database, "services", 3);
        database.commit();
        return database;
    }

    private static void fill(Database database, String collection, int count) throws SQLException {
        byte[] body = "{}".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < count; i++) {
            database.put(collection, new Key("default", "o" + i), i + 1, body);
        }
    }
}
