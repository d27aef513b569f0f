package dev.weft.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves threads, child processes or listening sockets behind:
 * {@code @ExtendWith(NothingLeft.class)}. What was there before the class does not count, nor do
 * the threads that the JDK and JUnit keep for themselves.
 */
public final class NothingLeft implements BeforeAllCallback, AfterAllCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ExtensionContext.Namespace HERE =
            ExtensionContext.Namespace.create(NothingLeft.class);
    private static final Pattern KEPT_BY_OTHERS =
            Pattern.compile(
                    "(main|junit-.*|surefire-.*|ForkJoinPool.*|VirtualThread-unparker|VirtualThread-unblocker|"
                        + "VirtualThreads-.*|Read-Poller|Write-Poller|MasterPoller|.*-Poller|CompletableFutureDelayScheduler|process"
                        + " reaper.*|Cleaner-.*|Common-Cleaner|Reference Handler|Finalizer|Signal"
                        + " Dispatcher|Attach Listener|Notification"
                        + " Thread|Keep-Alive-.*|HttpClient-.*|"
                        + "Timer-.*|sqlite.*|InnocuousThread.*|ping-.*|last-ditch-.*)");

    private static final Pattern VIRTUAL = Pattern.compile("#(\\d+) \"(.*)\" virtual.*");

    /** What was there already. */
    record Before(
            Set<Thread> threads,
            Map<String, String> virtual,
            Set<Long> processes,
            Set<String> listening) {}

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(HERE).put(Before.class, before());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Before before = context.getStore(HERE).get(Before.class, Before.class);
        if (before != null) {
            expectNothingSince(before, PATIENCE);
        }
    }

    static Before before() {
        return new Before(threads(), virtualThreads(), processes(), listening());
    }

    static void expectNothingSince(Before before, Duration patience) {
        expectNone(patience, "child processes", () -> newProcesses(before));
        expectNone(patience, "threads", () -> newThreads(before));
        expectNone(patience, "virtual threads", () -> newVirtualThreads(before));
        expectNone(
                patience,
                "listening sockets",
                () -> listening().stream().filter(it -> !before.listening().contains(it)).toList());
    }

    private static void expectNone(Duration patience, String what, Supplier<List<String>> left) {
        Eventually.eventually(
                patience,
                () -> {
                    List<String> still = left.get();
                    if (!still.isEmpty()) {
                        throw new AssertionError(what + " left behind: " + still);
                    }
                });
    }

    private static List<String> newThreads(Before before) {
        return threads().stream()
                .filter(it -> it.isAlive() && !before.threads().contains(it))
                .map(Thread::getName)
                .filter(it -> !KEPT_BY_OTHERS.matcher(it).matches())
                .sorted()
                .toList();
    }

    private static List<String> newVirtualThreads(Before before) {
        Map<String, String> now = virtualThreads();
        now.keySet().removeAll(before.virtual().keySet());
        // the JDK's own, which wait for sockets on behalf of others
        return now.values().stream().filter(it -> !it.startsWith("SubPoller-")).sorted().toList();
    }

    private static List<String> newProcesses(Before before) {
        try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
            return children.filter(it -> !before.processes().contains(it.pid()))
                    .map(it -> it.pid() + " " + it.info().commandLine().orElse("?"))
                    .toList();
        }
    }

    private static Set<Thread> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet());
    }

    /** Names by number, from the one place that knows them all: a dump. */
    private static Map<String, String> virtualThreads() {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
            Map<String, String> found = new HashMap<>();
            for (String line : Files.readAllLines(dump)) {
                Matcher matcher = VIRTUAL.matcher(line);
                if (matcher.matches()) {
                    found.put(matcher.group(1), matcher.group(2));
                }
            }
            Files.delete(dump);
            Files.delete(folder);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Long> processes() {
        try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
            return children.map(ProcessHandle::pid).collect(Collectors.toSet());
        }
    }

    /** The sockets on which this process listens, by their addresses as the kernel tells them. */
    private static Set<String> listening() {
        Set<String> mine = socketsOfThisProcess();
        Set<String> listening = new TreeSet<>();
        for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : lines(Path.of(table))) {
                String[] columns = line.trim().split("\\s+", -1);
                if (columns.length > 9 && columns[3].equals("0A") && mine.contains(columns[9])) {
                    listening.add(columns[1]);
                }
            }
        }
        return listening;
    }

    private static Set<String> socketsOfThisProcess() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(NothingLeft::target)
                    .filter(it -> it.startsWith("socket:["))
                    .map(it -> it.substring("socket:[".length(), it.length() - 1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
