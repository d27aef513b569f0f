package dev.weft.app.log;

import dev.weft.dataplane.log.AccessSink;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the access log in {@code access.log} and a bounded number of older files beside it. There
 * is no file before there is a line. One thread at a time.
 */
public final class AccessFile implements AccessSink {
    private static final long BYTES_MAX = 64L << 20;

    private final Path folder;
    private @Nullable RotatedFile file;

    public AccessFile(Path folder) {
        this.folder = folder;
    }

    @Override
    public void append(byte[] lines) throws IOException {
        RotatedFile open = file;
        if (open == null) {
            open = new RotatedFile(folder, "access.log", BYTES_MAX);
            file = open;
        }
        open.append(lines);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
