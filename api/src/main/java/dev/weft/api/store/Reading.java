package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.model.Key;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads what the file holds, at the start. The database joins so many objects into one row, since a
 * row costs the driver ten calls, and at the start nothing is compiled yet. Collections of few
 * objects come first, those of many after them, while others work with the few already. The store
 * thread alone.
 */
final class Reading implements AutoCloseable {
    private static final int TOGETHER_LEAST = 32;
    private static final int TOGETHER_MOST = 1024;
    private static final int ROW_BYTES = 512 << 10;

    /** With so many objects a collection has to wait until the others' first ones are there. */
    private static final int FEW = 256;

    /**
     * For each object a line of four numbers: version, and the bytes of namespace, name and body;
     * then all of these one behind the other, object by object.
     */
    private static final String PAGE =
            """
            SELECT group_concat(version || ' ' || octet_length(namespace) || ' '
                    || octet_length(name) || ' ' || length(body), char(10)),
                CAST(group_concat(namespace || name || CAST(body AS TEXT), '') AS BLOB)
            FROM (SELECT namespace, name, version, body FROM objects
                WHERE collection = ?1 AND (namespace, name) > (?2, ?3)
                ORDER BY namespace, name LIMIT ?4)\
            """;

    private final Connection connection;
    private final PreparedStatement page;
    private final Deque<Found> toCome = new ArrayDeque<>();
    private int together = TOGETHER_LEAST;

    Reading(Connection connection) throws SQLException {
        this.connection = connection;
        this.page = connection.prepareStatement(PAGE);
    }

    private List<String> collections() throws SQLException {
        var names = new ArrayList<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT DISTINCT collection FROM objects")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** All collections by name: those of few objects are there, the others are to come. */
    Shelf<String, CompletableFuture<Shelf<Key, Entry>>> few() throws SQLException {
        Shelf<String, CompletableFuture<Shelf<Key, Entry>>> shelves = Shelf.empty();
        for (String collection : collections()) {
            var found = new Found(collection);
            boolean more;
            do {
                more = readPage(found);
            } while (more && found.size() < FEW);
            if (more) {
                toCome.add(found);
            }
            shelves = shelves.with(collection, found.shelf);
        }
        return shelves;
    }

    /** Reads what is to come, a page of each in turn, so that none waits for a larger one. */
    void many() throws SQLException {
        while (!toCome.isEmpty()) {
            if (readPage(toCome.element())) {
                toCome.add(toCome.element());
            }
            toCome.remove();
        }
    }

    /** Tells those who wait that it will not come. */
    void failed(ApiException why) {
        toCome.forEach(it -> it.shelf.completeExceptionally(why));
    }

    /** Whether there may be more, which is so where as many came as were asked for. */
    private boolean readPage(Found found) throws SQLException {
        int asked = together;
        int before = found.size();
        // Nothing has an empty name, so everything comes behind the first of these.
        Key after = found.last();
        page.setString(1, found.collection);
        page.setString(2, after.namespace());
        page.setString(3, after.name());
        page.setInt(4, together);
        try (ResultSet rows = page.executeQuery()) {
            String numbers = rows.getString(1);
            if (numbers != null) {
                byte[] texts = rows.getBytes(2);
                found.take(new Numbers(numbers), texts);
                together = texts.length < ROW_BYTES ? together * 2 : together / 2;
                together = Math.clamp(together, TOGETHER_LEAST, TOGETHER_MOST);
            }
        }
        if (found.size() - before == asked) {
            return true;
        }
        found.complete();
        return false;
    }

    @Override
    public void close() throws SQLException {
        page.close();
    }

    /** The objects of one collection. */
    private static final class Found {
        private final String collection;
        private final CompletableFuture<Shelf<Key, Entry>> shelf = new CompletableFuture<>();
        private final List<Entry> entries = new ArrayList<>();
        private final List<Key> keys = new ArrayList<>();
        private boolean ascii = true;

        Found(String collection) {
            this.collection = collection;
        }

        int size() {
            return keys.size();
        }

        Key last() {
            return keys.isEmpty() ? new Key("", "") : keys.getLast();
        }

        void take(Numbers numbers, byte[] texts) throws SQLException {
            int at = 0;
            while (numbers.hasNext()) {
                long version = numbers.next();
                int name = at + (int) numbers.next();
                int body = name + (int) numbers.next();
                int end = body + (int) numbers.next();
                var key = new Key(text(texts, at, name), text(texts, name, body));
                ascii &= key.namespace().length() + key.name().length() == body - at;
                keys.add(key);
                entries.add(Entry.unread(key, version, Arrays.copyOfRange(texts, body, end)));
                at = end;
            }
            if (at != texts.length) {
                throw new SQLException("it has %d bytes where %d are".formatted(texts.length, at));
            }
        }

        private static String text(byte[] texts, int from, int to) {
            return new String(texts, from, to - from, StandardCharsets.UTF_8);
        }

        void complete() {
            if (!ascii) {
                // The file's order is by bytes, ours by UTF-16.
                entries.sort(Comparator.comparing(Entry::key));
                keys.sort(Comparator.naturalOrder());
            }
            shelf.complete(Shelf.ofSorted(keys, entries));
        }
    }

    /** Numbers with one character between them. */
    private static final class Numbers {
        private final String text;
        private int at;

        Numbers(String text) {
            this.text = text;
        }

        boolean hasNext() {
            return at < text.length();
        }

        long next() {
            long number = 0;
            while (at < text.length()) {
                int digit = text.charAt(at++) - '0';
                if (digit < 0) {
                    break;
                }
                number = number * 10 + digit;
            }
            return number;
        }
    }
}
