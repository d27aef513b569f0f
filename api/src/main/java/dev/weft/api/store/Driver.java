package dev.weft.api.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Brings the driver's native library to a place where it stays. Left to itself the driver unpacks
 * it into the temporary directory at every start, and leaves it there when the process is killed.
 */
final class Driver {
    /** Where the driver looks, at each start, for what it may have unpacked and left behind. */
    private static final String LEFT = "org.sqlite.tmpdir";

    private static final Object LOADING = new Object();
    private static boolean ready;

    private Driver() {}

    static Connection connect(Path file) throws SQLException {
        if (System.getProperty(LEFT) == null) {
            // Here it finds nothing; the usual place, /tmp, may hold thousands of files.
            System.setProperty(LEFT, file.toAbsolutePath().resolveSibling("").toString());
        }
        unpack(file.toAbsolutePath().resolveSibling("native"));
        Connection connection = new JDBC().connect(JDBC.PREFIX + file, new Properties());
        if (connection == null) {
            throw new SQLException("the driver does not take the path " + file);
        }
        return connection;
    }

    /** Its classes look at the time zone and the languages of this machine when they are loaded. */
    static void prepare() {
        Object unused = new SQLiteConfig();
    }

    private static void unpack(Path directory) throws SQLException {
        synchronized (LOADING) {
            if (ready || System.getProperty("org.sqlite.lib.path") != null) {
                return;
            }
            // The driver may find a logging facade without anything behind it, which is no news.
            if (System.getProperty("slf4j.internal.verbosity") == null) {
                System.setProperty("slf4j.internal.verbosity", "ERROR");
            }
            String name = LibraryLoaderUtil.getNativeLibName();
            String from = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
            Path home = directory.resolve("sqlite-" + SQLiteJDBCLoader.getVersion());
            try {
                place(from, home, name);
            } catch (IOException e) {
                throw new SQLException("cannot unpack the database driver to " + home, e);
            }
            System.setProperty("org.sqlite.lib.path", home.toString());
            System.setProperty("org.sqlite.lib.name", name);
            ready = true;
        }
    }

    private static void place(String from, Path home, String name) throws IOException {
        Path library = home.resolve(name);
        URL resource = Driver.class.getResource(from);
        if (resource == null) {
            // A platform that the driver has no library for: let it say so itself.
            return;
        }
        URLConnection source = resource.openConnection();
        if (Files.exists(library) && Files.size(library) == source.getContentLengthLong()) {
            return;
        }
        try (InputStream in = source.getInputStream()) {
            Files.createDirectories(home);
            Path fresh = Files.createTempFile(home, name, ".new");
            Files.write(fresh, in.readAllBytes());
            Files.move(fresh, library, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
