package dev.weft.machine.sandbox;

import dev.weft.foundation.task.TaskScope;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells when something in a directory changes. Any thread. It may fail to (the kernel bounds how
 * many directories are watched), so whoever uses it looks by himself now and then.
 */
final class DirectoryWatch implements AutoCloseable {
    private final Map<WatchKey, Runnable> told = new ConcurrentHashMap<>();
    private final Optional<WatchService> service;

    DirectoryWatch(TaskScope tasks) {
        service = open();
        service.ifPresent(it -> tasks.start("watch", () -> serve(it)));
    }

    /** Calls on every change from now on; absent where it cannot. */
    Optional<Registration> watch(Path directory, Runnable onChange) {
        return service.flatMap(it -> register(it, directory, onChange));
    }

    @Override
    public void close() {
        service.ifPresent(DirectoryWatch::close);
    }

    /** Ends one watch. */
    @FunctionalInterface
    interface Registration {
        void cancel();
    }

    private Optional<Registration> register(
            WatchService service, Path directory, Runnable onChange) {
        try {
            WatchKey key =
                    directory.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY);
            told.put(key, onChange);
            // What changed before the entry was made was not told.
            onChange.run();
            return Optional.of(
                    () -> {
                        told.remove(key);
                        key.cancel();
                    });
        } catch (IOException | ClosedWatchServiceException e) {
            return Optional.empty();
        }
    }

    private void serve(WatchService service) {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                Runnable onChange = told.get(key);
                if (onChange != null) {
                    onChange.run();
                }
                key.reset();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // closing
        }
    }

    private static Optional<WatchService> open() {
        try {
            return Optional.of(FileSystems.getDefault().newWatchService());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void close(WatchService service) {
        try {
            service.close();
        } catch (IOException e) {
            // It holds nothing that another try could free.
        }
    }
}
