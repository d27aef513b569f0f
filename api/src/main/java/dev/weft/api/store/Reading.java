package dev.weft.api.store;

import dev.weft.api.model.Key;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads what the file holds, at the start. The database joins so many objects into one row, since a
 * row costs the driver ten calls, and at the start nothing is compiled yet. The store thread alone.
 */
final class Reading implements AutoCloseable {
    private static final int TOGETHER_LEAST = 32;
    private static final int TOGETHER_MOST = 1024;
    private static final int ROW_BYTES = 512 << 10;

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
    private int together = TOGETHER_LEAST;

    Reading(Connection connection) throws SQLException {
        this.connection = connection;
        this.page = connection.prepareStatement(PAGE);
    }

    List<String> collections() throws SQLException {
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

    Shelf<Key, Entry> shelf(String collection) throws SQLException {
        var found = new Found();
        int asked;
        do {
            asked = together;
            // Nothing has an empty name, so everything comes behind the first of these.
            readPage(collection, found.last(), found);
        } while (found.more(asked));
        return found.shelf();
    }

    private void readPage(String collection, Key after, Found found) throws SQLException {
        page.setString(1, collection);
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
    }

    @Override
    public void close() throws SQLException {
        page.close();
    }

    /** The objects of one collection. */
    private static final class Found {
        private final List<Entry> entries = new ArrayList<>();
        private final List<Key> keys = new ArrayList<>();
        private int before;
        private boolean ascii = true;

        Key last() {
            return keys.isEmpty() ? new Key("", "") : keys.getLast();
        }

        /** Whether as many came as were asked for, so that there may be more. */
        boolean more(int asked) {
            boolean full = keys.size() - before == asked;
            before = keys.size();
            return full;
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

        Shelf<Key, Entry> shelf() {
            if (!ascii) {
                // The file's order is by bytes, ours by UTF-16.
                entries.sort(Comparator.comparing(Entry::key));
                keys.sort(Comparator.naturalOrder());
            }
            return Shelf.ofSorted(keys, entries);
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
