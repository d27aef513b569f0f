package dev.weft.app.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which Weft this is, as the build wrote it down. */
public final class Version {
    /** Set by the launcher, which spares the commands a look into their jar. */
    private static final String PROPERTY = "weft.version";

    private Version() {}

    public static String current() {
        String told = System.getProperty(PROPERTY, "");
        return told.isEmpty() ? written() : told;
    }

    private static String written() {
        try (InputStream text = Version.class.getResourceAsStream("/dev/weft/app/version.txt")) {
            if (text == null) {
                throw new IllegalStateException("version.txt is missing from the class path");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
