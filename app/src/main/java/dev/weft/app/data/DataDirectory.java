package dev.weft.app.data;

import dev.weft.foundation.file.PrivateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data folder, held by this process until it is closed. The kernel releases the lock of a
 * process that dies, so a lock that is held is held by somebody alive. Any thread.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Makes the folder where it is missing, and takes it.
     *
     * @throws HeldException where another process has it
     */
    public static DataDirectory take(Path root, Holder self) throws IOException {
        PrivateFile.makeDirectory(root);
        FileChannel channel =
                FileChannel.open(
                        root.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new HeldException(root, holder(root));
        }
        var directory = new DataDirectory(root, channel, lock);
        directory.tell(self);
        return directory;
    }

    /** Who holds a data folder; nothing where nobody does, or where nobody ever did. */
    public static Optional<Holder> holderOf(Path root) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        root.resolve(LOCK), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                lock.release();
                return Optional.empty();
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return holder(root);
    }

    /** Writes down, for others to read, who holds the folder and where it can be reached. */
    public void tell(Holder self) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(self.write().getBytes(StandardCharsets.UTF_8));
        channel.truncate(0);
        channel.write(text, 0);
    }

    public Path root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            channel.truncate(0);
            lock.release();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    /** The holder writes a moment after it locks, so an empty file means one that just began. */
    private static Optional<Holder> holder(Path root) throws IOException {
        return Holder.parse(Files.readString(root.resolve(LOCK), StandardCharsets.UTF_8));
    }
}
