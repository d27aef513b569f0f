package dev.weft.foundation.task;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Which threads of this process run first where there are more than cores. On Linux alone;
 * elsewhere it does nothing. Any thread. Making one loads what takes a while to load: not while
 * something waits.
 *
 * <p>A prompt thread runs as soon as it wakes, in the place of another that computes: it asks for
 * short slices of its share (Linux 6.12 and newer), which stays as large as it was. A thread that
 * stands behind has a smaller share; where nobody else wants the core it has all of it.
 */
public final class Promptness {
    private static final long SLICE_NANOS = 100_000;
    private static final Path THREADS = Path.of("/proc/self/task");

    /** The layout of {@code struct sched_attr}. */
    private static final int SIZE = 48;

    private static final int AT_POLICY = 4;
    private static final int AT_FLAGS = 8;
    private static final int AT_NICE = 16;
    private static final int AT_RUNTIME = 24;

    /** Threads that such a thread starts run as usual. */
    private static final long RESET_ON_FORK = 1;

    private static final int STEPS_MOST = 19;

    private static final int USUAL_POLICY = 0;
    private static final long THIS_THREAD = 0;

    private final MethodHandle call;
    private final long set;
    private final long get;
    private final int usual;

    private Promptness(MethodHandle call, long set, long get) {
        this.call = call;
        this.set = set;
        this.get = get;
        this.usual = nice(ProcessHandle.current().pid());
    }

    /** Empty where this machine has no such thing. */
    public static Optional<Promptness> here() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> linked().map(call -> new Promptness(call, 314, 315));
            case "aarch64" -> linked().map(call -> new Promptness(call, 274, 275));
            default -> Optional.empty();
        };
    }

    /** Empty where the library cannot be looked into, as without a file descriptor to spare. */
    @SuppressWarnings("restricted") // a call of the C library's, with arguments that we know
    private static Optional<MethodHandle> linked() {
        Linker linker = Linker.nativeLinker();
        var number = ValueLayout.JAVA_LONG;
        var form =
                FunctionDescriptor.of(number, number, number, ValueLayout.ADDRESS, number, number);
        return linker.defaultLookup()
                .find("syscall")
                .map(at -> linker.downcallHandle(at, form, Linker.Option.firstVariadicArg(1)));
    }

    /** For the thread that calls. Returns whether the kernel took it. */
    public boolean ofThisThread() {
        return shorten(THIS_THREAD);
    }

    /** For the threads of this process that the kernel knows by this name. */
    public void ofThreads(String name) {
        each(name::equals, this::shorten);
    }

    /**
     * Puts the threads of this process whose names begin so behind the others. It cannot be taken
     * back; threads that they start stand behind too.
     *
     * @param steps how far: each takes a fifth of the share that is left
     */
    public void behind(List<String> names, int steps) {
        int nice = Math.min(STEPS_MOST, usual + steps);
        each(name -> names.stream().anyMatch(name::startsWith), thread -> putBehind(thread, nice));
    }

    private static void each(Predicate<String> named, LongConsumer action) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                if (named.test(Files.readString(thread.resolve("comm")).strip())) {
                    action.accept(Long.parseLong(String.valueOf(thread.getFileName())));
                }
            }
        } catch (IOException e) {
            // a thread ended meanwhile, or nothing can be seen here: it runs as it did
            return;
        }
    }

    private boolean shorten(long thread) {
        return change(
                thread,
                attributes -> {
                    long flags = attributes.get(ValueLayout.JAVA_LONG, AT_FLAGS);
                    attributes.set(ValueLayout.JAVA_LONG, AT_FLAGS, flags | RESET_ON_FORK);
                    attributes.set(ValueLayout.JAVA_LONG, AT_RUNTIME, SLICE_NANOS);
                    return true;
                });
    }

    /** Its slices stay as long as they are. */
    private void putBehind(long thread, int nice) {
        change(
                thread,
                attributes -> {
                    if (attributes.get(ValueLayout.JAVA_INT, AT_NICE) >= nice) {
                        return false;
                    }
                    attributes.set(ValueLayout.JAVA_INT, AT_NICE, nice);
                    return true;
                });
    }

    private int nice(long thread) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(SIZE, Long.BYTES);
            return call(get, thread, attributes, SIZE) == 0
                    ? attributes.get(ValueLayout.JAVA_INT, AT_NICE)
                    : 0;
        }
    }

    /** Returns whether the kernel took it. */
    private boolean change(long thread, Predicate<MemorySegment> edit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(SIZE, Long.BYTES);
            if (call(get, thread, attributes, SIZE) != 0
                    || attributes.get(ValueLayout.JAVA_INT, AT_POLICY) != USUAL_POLICY
                    || !edit.test(attributes)) {
                return false;
            }
            attributes.set(ValueLayout.JAVA_INT, 0, SIZE);
            return call(set, thread, attributes, 0) == 0;
        }
    }

    private long call(long number, long thread, MemorySegment attributes, long last) {
        try {
            return (long) call.invokeExact(number, thread, attributes, last, 0L);
        } catch (Throwable e) { // what a call through a handle declares; this one throws nothing
            throw new IllegalStateException("a system call threw", e);
        }
    }
}
