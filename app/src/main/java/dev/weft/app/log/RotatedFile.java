package dev.weft.app.log;

import dev.weft.foundation.file.PrivateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is set aside when it has grown, with a bounded number of older ones kept: {@code
 * weft.log}, {@code weft.log.1} and so on. The log's thread.
 */
final class RotatedFile implements AutoCloseable {
    private static final long BYTES_MAX = 10L << 20;
    private static final int OLDER_MAX = 5;

    private final Path folder;
    private final String name;
    private final long bytesMax;
    private FileChannel channel;
    private long size;

    RotatedFile(Path folder, String name) throws IOException {
        this(folder, name, BYTES_MAX);
    }

    RotatedFile(Path folder, String name, long bytesMax) throws IOException {
        PrivateFile.makeDirectory(folder);
        this.folder = folder;
        this.name = name;
        this.bytesMax = bytesMax;
        this.channel = open();
        this.size = channel.size();
    }

    void append(byte[] bytes) throws IOException {
        if (size > 0 && size + bytes.length > bytesMax) {
            rotate();
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            size += channel.write(rest);
        }
    }

    private void rotate() throws IOException {
        channel.close();
        for (int i = OLDER_MAX - 1; i >= 0; i--) {
            Path from = i == 0 ? folder.resolve(name) : older(i);
            if (Files.exists(from)) {
                Files.move(from, older(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        channel = open();
        size = 0;
    }

    private Path older(int number) {
        return folder.resolve(name + "." + number);
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
