package dev.weft.machine.image;

import dev.weft.api.codec.JsonText;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The images of this machine. Any thread, and any process: the platform reads while the command
 * line adds. Whoever changes something holds the lock; whoever reads needs none, since everything
 * appears whole.
 *
 * <p>{@code content/DIGEST} are the directories, {@code names/NAME.json} say which of them a name
 * means, {@code drafts} are copies on their way. A name that is given to another content leaves the
 * old one to the pods that run it; content without a name and without a pod is collected.
 */
public final class ImageStore {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** How long content that was asked for is kept, though no run has it yet. */
    private static final Duration ABOUT_TO_RUN = Duration.ofMinutes(1);

    private final Path names;
    private final Path contents;
    private final Path drafts;
    private final Path lockFile;
    private final Supplier<Set<String>> inUse;
    private final Clock clock;
    private final ReentrantLock here = new ReentrantLock();

    private ImageStore(Path directory, Supplier<Set<String>> inUse, Clock clock) {
        this.names = directory.resolve("names");
        this.contents = directory.resolve("content");
        this.drafts = directory.resolve("drafts");
        this.lockFile = directory.resolve("lock");
        this.inUse = inUse;
        this.clock = clock;
    }

    /**
     * @param inUse the digests that processes run now
     */
    public static ImageStore open(Path directory, Supplier<Set<String>> inUse, Clock clock)
            throws IOException {
        var store = new ImageStore(directory, inUse, clock);
        Files.createDirectories(store.names);
        Files.createDirectories(store.contents);
        Files.createDirectories(store.drafts);
        return store;
    }

    /**
     * Copies a directory and gives it a name, in place of what had that name.
     *
     * @param progress told how many bytes were copied so far
     */
    public Image add(ImageName name, ImageSource source, LongConsumer progress)
            throws InterruptedException {
        check(name, source);
        return locked(
                () -> {
                    Path draft = drafts.resolve("draft");
                    ContentTree.delete(draft);
                    var tree = new ContentTree(progress);
                    String digest = tree.copy(source.directory(), draft);
                    Path content = contents.resolve(ContentTree.directoryName(digest));
                    if (Files.exists(content)) {
                        ContentTree.delete(draft);
                    } else {
                        Files.move(draft, content, StandardCopyOption.ATOMIC_MOVE);
                    }
                    var image =
                            new Image(
                                    name,
                                    digest,
                                    content,
                                    source.command(),
                                    source.environment(),
                                    source.workingDirectory(),
                                    tree.bytes(),
                                    tree.files(),
                                    clock.now());
                    write(image);
                    sweep();
                    return image;
                });
    }

    /** The image of that name, which will stay for as long as it takes to start it. */
    public Optional<Image> find(ImageName name) {
        if (name.equals(ImageName.HOST)) {
            return Optional.of(host());
        }
        Optional<Image> image =
                name.digest().isEmpty()
                        ? read(file(name))
                        : list().stream()
                                .filter(it -> it.digest().equals(name.digest()))
                                .filter(it -> it.name().repository().equals(name.repository()))
                                .findFirst();
        image.ifPresent(this::markWanted);
        return image;
    }

    /** All of them by name, without the one that is built in. */
    public List<Image> list() {
        var images = new ArrayList<Image>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(names, "*.json")) {
            for (Path file : files) {
                read(file).ifPresent(images::add);
            }
        } catch (IOException e) {
            throw failed("cannot list the images", e);
        }
        images.sort(Comparator.comparing(it -> it.name().toString()));
        return List.copyOf(images);
    }

    /** Takes a name away, and with it the content if it has no other name. */
    public void remove(ImageName name) throws InterruptedException {
        if (name.equals(ImageName.HOST)) {
            throw new ImageException(
                    ImageException.Kind.INVALID_NAME, name + " is built in and stays");
        }
        locked(
                () -> {
                    Image image =
                            read(file(name))
                                    .orElseThrow(
                                            () ->
                                                    new ImageException(
                                                            ImageException.Kind.NOT_FOUND,
                                                            "there is no image " + name));
                    if (inUse.get().contains(image.digest())) {
                        throw new ImageException(
                                ImageException.Kind.IN_USE,
                                "image "
                                        + name
                                        + " is in use by a running pod; delete the pod first");
                    }
                    Files.deleteIfExists(file(name));
                    sweep();
                    return image;
                });
    }

    /** Removes what no name means and no pod runs, and copies that were never finished. */
    public void collect() throws InterruptedException {
        locked(
                () -> {
                    ContentTree.delete(drafts.resolve("draft"));
                    sweep();
                    return "";
                });
    }

    private static void check(ImageName name, ImageSource source) {
        if (name.equals(ImageName.HOST)) {
            throw new ImageException(
                    ImageException.Kind.INVALID_NAME, name + " is built in; choose another name");
        }
        if (!name.digest().isEmpty()) {
            throw new ImageException(
                    ImageException.Kind.INVALID_NAME,
                    "'" + name + "' names a digest (expected: a tag, the digest follows)");
        }
        if (!Files.isDirectory(source.directory())) {
            throw new ImageException(
                    ImageException.Kind.INVALID_SOURCE,
                    "'" + source.directory() + "' is no directory");
        }
        if (source.command().isEmpty() || source.command().getFirst().isEmpty()) {
            throw new ImageException(
                    ImageException.Kind.INVALID_SOURCE,
                    "no command given (expected: weft image add NAME DIR -- COMMAND…)");
        }
        Path inside = source.directory().resolve(source.workingDirectory()).normalize();
        if (!inside.startsWith(source.directory().normalize()) || !Files.isDirectory(inside)) {
            throw new ImageException(
                    ImageException.Kind.INVALID_SOURCE,
                    "the working directory '"
                            + source.workingDirectory()
                            + "' is no directory below "
                            + source.directory());
        }
    }

    private Image host() {
        return new Image(
                ImageName.HOST,
                "sha256:" + "0".repeat(64),
                contents,
                List.of(),
                Map.of(),
                "",
                0,
                0,
                Instant.EPOCH);
    }

    private void write(Image image) throws IOException {
        Path draft = drafts.resolve("name");
        Files.write(draft, JsonText.writeBytes(image.tree()));
        Files.move(
                draft,
                file(image.name()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private Optional<Image> read(Path file) {
        try {
            return JsonText.read(Files.readAllBytes(file))
                    .object()
                    .map(it -> Image.of(it, contents));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("cannot read " + file, e);
        }
    }

    private Path file(ImageName name) {
        return names.resolve(URLEncoder.encode(name.toString(), StandardCharsets.UTF_8) + ".json");
    }

    private void markWanted(Image image) {
        Path mark = contents.resolve(image.content().getFileName() + ".wanted");
        try {
            if (!Files.exists(mark)) {
                Files.createFile(mark);
            }
            Files.setLastModifiedTime(mark, FileTime.from(clock.now()));
        } catch (IOException e) {
            // It may be collected under whoever starts it, who then hears that it is not there.
        }
    }

    /** Under the lock. */
    private void sweep() throws IOException {
        var kept = new HashSet<>(inUse.get());
        list().forEach(it -> kept.add(it.digest()));
        var keptNames = new HashSet<String>();
        kept.forEach(it -> keptNames.add(ContentTree.directoryName(it)));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(contents, "sha256-*")) {
            for (Path content : found) {
                String name = content.getFileName().toString();
                if (!name.endsWith(".wanted") && !keptNames.contains(name) && !isWanted(name)) {
                    // Out of sight first: half deleted, it must not be taken for the content.
                    Path old = drafts.resolve("old-" + name);
                    Files.move(content, old, StandardCopyOption.ATOMIC_MOVE);
                    Files.deleteIfExists(contents.resolve(name + ".wanted"));
                }
            }
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(drafts, "old-*")) {
            for (Path old : found) {
                ContentTree.delete(old);
            }
        }
    }

    private boolean isWanted(String name) throws IOException {
        Path mark = contents.resolve(name + ".wanted");
        return Files.exists(mark)
                && Files.getLastModifiedTime(mark)
                        .toInstant()
                        .plus(ABOUT_TO_RUN)
                        .isAfter(clock.now());
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(Work<T> work) throws InterruptedException {
        here.lockInterruptibly();
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock(channel)) {
            if (!held.isValid()) {
                throw new IOException("the lock was lost");
            }
            return work.run();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw failed("the image store failed", e);
        } finally {
            here.unlock();
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException, InterruptedException {
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // another store of this process has it
            }
            Pause.of(LOOK_AGAIN);
        }
    }

    private static ImageException failed(String what, IOException e) {
        return new ImageException(ImageException.Kind.FAILED, what + ": " + e.getMessage(), e);
    }
}
