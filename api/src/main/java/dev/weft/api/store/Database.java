package dev.weft.api.store;

import dev.weft.api.model.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** The file. Used by the store thread alone. */
final class Database implements AutoCloseable {
    private static final int FORMAT = 1;
    private static final String TABLES =
            """
            CREATE TABLE IF NOT EXISTS numbers(
                name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS objects(
                collection TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                version INTEGER NOT NULL, body BLOB NOT NULL,
                PRIMARY KEY(collection, namespace, name));
            """;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Connection connection;
    private final PreparedStatement put;
    private final PreparedStatement remove;
    private final PreparedStatement number;
    private final Statement plain;
    private boolean full = true;

    private Database(Connection connection) throws SQLException {
        this.connection = connection;
        this.plain = connection.createStatement();
        this.put =
                connection.prepareStatement(
                        "INSERT INTO objects VALUES(?1, ?2, ?3, ?4, ?5)"
                                + " ON CONFLICT(collection, namespace, name)"
                                + " DO UPDATE SET version = ?4, body = ?5");
        this.remove =
                connection.prepareStatement(
                        "DELETE FROM objects WHERE collection = ?1 AND namespace = ?2"
                                + " AND name = ?3");
        this.number =
                connection.prepareStatement(
                        "INSERT INTO numbers VALUES(?1, ?2)"
                                + " ON CONFLICT(name) DO UPDATE SET value = ?2");
    }

    static Database open(Path file) throws SQLException {
        make(file);
        Connection connection = Driver.connect(file);
        try {
            prepare(connection, file);
            return new Database(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Makes an empty file that its owner alone may read, since secrets are kept in it. */
    private static void make(Path file) throws SQLException {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, OWNER_ONLY);
            }
            if (!Files.isWritable(file)) {
                throw new SQLException("it cannot be written to (read-only)");
            }
        } catch (IOException e) {
            throw new SQLException("cannot create it: " + e, e);
        }
    }

    private static void prepare(Connection connection, Path file) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Exclusive: a second process is refused, and no memory-mapped index file is needed.
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA journal_size_limit = 33554432");
            statement.execute("PRAGMA temp_store = MEMORY");
            int format = format(statement);
            if (format > FORMAT) {
                throw new SQLException(
                        file + " has format " + format + ", this version reads up to " + FORMAT);
            }
            if (format < FORMAT) {
                statement.executeUpdate("BEGIN IMMEDIATE");
                statement.executeUpdate(TABLES);
                statement.executeUpdate("PRAGMA user_version = " + FORMAT);
                statement.executeUpdate("COMMIT");
            }
        }
    }

    private static int format(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    /** To read all objects, once, before anything is written. */
    Reading reading() throws SQLException {
        return new Reading(connection);
    }

    long number(String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT value FROM numbers WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    void setNumber(String name, long value) throws SQLException {
        number.setString(1, name);
        number.setLong(2, value);
        number.executeUpdate();
    }

    /**
     * Begins a transaction.
     *
     * @param synced whether the commit is to wait for the disk. One that does also carries
     *     everything before it, since the log is synced as a whole.
     */
    void begin(boolean synced) throws SQLException {
        if (full != synced) {
            plain.executeUpdate("PRAGMA synchronous = " + (synced ? "FULL" : "NORMAL"));
            full = synced;
        }
        plain.executeUpdate("BEGIN IMMEDIATE");
    }

    void put(String collection, Key key, long version, byte[] body) throws SQLException {
        put.setString(1, collection);
        put.setString(2, key.namespace());
        put.setString(3, key.name());
        put.setLong(4, version);
        put.setBytes(5, body);
        put.executeUpdate();
    }

    void remove(String collection, Key key) throws SQLException {
        remove.setString(1, collection);
        remove.setString(2, key.namespace());
        remove.setString(3, key.name());
        remove.executeUpdate();
    }

    void commit() throws SQLException {
        plain.executeUpdate("COMMIT");
    }

    /** Undoes what was begun; where the failure has undone it already, nothing happens. */
    void rollback() {
        try {
            plain.executeUpdate("ROLLBACK");
        } catch (SQLException alreadyRolledBack) {
            // SQLite ends the transaction by itself after some failures and then says so.
            return;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
